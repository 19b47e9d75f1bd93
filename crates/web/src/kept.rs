//! What this browser keeps for the site under names, beyond what fits into `stored`: IndexedDB.

use js_sys::{Array, Function, Promise, Uint8Array};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{IdbDatabase, IdbObjectStore, IdbOpenDbRequest, IdbRequest, IdbTransactionMode};

const DATABASE: &str = "databook";
/// Counts up with every new [`Shelf`].
const VERSION: u32 = 2;

/// What is kept together: bytes by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shelf {
    Views,
    Outbox,
}

impl Shelf {
    const ALL: [Self; 2] = [Self::Views, Self::Outbox];

    fn name(self) -> &'static str {
        match self {
            // It was the only one once.
            Self::Views => "kept",
            Self::Outbox => "outbox",
        }
    }
}

/// Everything on a shelf, with its names; nothing where the browser keeps nothing.
pub async fn kept(shelf: Shelf) -> Vec<(String, Vec<u8>)> {
    read(shelf).await.unwrap_or_default()
}

/// Keeps bytes under a name. False where the browser does not: they are gone with the page.
pub async fn keep(shelf: Shelf, name: &str, bytes: &[u8]) -> bool {
    let put = |store: &IdbObjectStore| {
        store.put_with_key(&Uint8Array::from(bytes), &JsValue::from_str(name))
    };
    write(shelf, put).await.is_ok()
}

/// Keeps nothing under a name any more. False where the browser does not do it.
pub async fn forget(shelf: Shelf, name: &str) -> bool {
    write(shelf, |store| store.delete(&JsValue::from_str(name)))
        .await
        .is_ok()
}

async fn read(shelf: Shelf) -> Result<Vec<(String, Vec<u8>)>, JsValue> {
    let database = open().await?;
    let name = shelf.name();
    let store = database.transaction_with_str(name)?.object_store(name)?;
    // Both are asked in one transaction, which ends when nothing is asked any more.
    let (names, values) = (store.get_all_keys()?, store.get_all()?);
    let (names, values) = (end_of(&names), end_of(&values));
    let names: Array = names.await?.dyn_into()?;
    let values: Array = values.await?.dyn_into()?;
    let kept = names.iter().zip(values.iter()).filter_map(|(name, value)| {
        let bytes: Uint8Array = value.dyn_into().ok()?;
        Some((name.as_string()?, bytes.to_vec()))
    });
    let kept = kept.collect();
    database.close();
    Ok(kept)
}

async fn write(
    shelf: Shelf,
    act: impl FnOnce(&IdbObjectStore) -> Result<IdbRequest, JsValue>,
) -> Result<(), JsValue> {
    let database = open().await?;
    let transaction =
        database.transaction_with_str_and_mode(shelf.name(), IdbTransactionMode::Readwrite)?;
    let done = Promise::new(&mut |resolve, reject| {
        transaction.set_oncomplete(Some(&resolve));
        transaction.set_onabort(Some(&reject));
    });
    act(&transaction.object_store(shelf.name())?)?;
    JsFuture::from(done).await?;
    database.close();
    Ok(())
}

async fn open() -> Result<IdbDatabase, JsValue> {
    let window = crate::window().ok_or(JsValue::NULL)?;
    let factory = window.indexed_db()?.ok_or(JsValue::NULL)?;
    let request: IdbOpenDbRequest = factory.open_with_u32(DATABASE, VERSION)?;
    let made = request.clone();
    let make: Function = Closure::once_into_js(move || {
        if let Ok(database) = made.result() {
            let database: IdbDatabase = database.unchecked_into();
            for shelf in Shelf::ALL {
                // Refused where an earlier version made it.
                let _ = database.create_object_store(shelf.name());
            }
        }
    })
    .unchecked_into();
    request.set_onupgradeneeded(Some(&make));
    Ok(end_of(&request).await?.unchecked_into())
}

/// Listens at once, so that nothing is missed before the future is polled.
fn end_of(request: &IdbRequest) -> impl Future<Output = Result<JsValue, JsValue>> + use<> {
    let promise = Promise::new(&mut |resolve, reject| {
        request.set_onsuccess(Some(&resolve));
        request.set_onerror(Some(&reject));
    });
    let request = request.clone();
    async move {
        JsFuture::from(promise).await?;
        request.result()
    }
}
