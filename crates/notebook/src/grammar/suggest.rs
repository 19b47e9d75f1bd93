//! The nearest known name to one that is not known.

/// Longer names are not looked up: nobody mistypes that much.
const LONGEST_CHARACTERS: usize = 64;

/// The known name that was probably meant: one wrong, missing, extra or swapped letter for
/// every three, case aside. None when nothing is near.
pub fn suggest<'a, S: AsRef<str> + ?Sized + 'a>(
    name: &str,
    known: impl IntoIterator<Item = &'a S>,
) -> Option<&'a str> {
    let length = name.chars().count();
    if length == 0 || length > LONGEST_CHARACTERS {
        return None;
    }
    let name = name.to_lowercase();
    let allowed = (length / 3).max(1);
    known
        .into_iter()
        .map(AsRef::as_ref)
        .filter(|known| known.chars().count() <= LONGEST_CHARACTERS)
        .map(|known| {
            let distance = strsim::damerau_levenshtein(&name, &known.to_lowercase());
            (distance, known)
        })
        .filter(|(distance, _)| *distance <= allowed)
        .min()
        .map(|(_, known)| known)
}
