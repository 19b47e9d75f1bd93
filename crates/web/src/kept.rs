//! What this browser keeps for the site under names, beyond what fits into `stored`: IndexedDB.

use js_sys::{Array, Function, Promise, Uint8Array};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{IdbDatabase, IdbObjectStore, IdbOpenDbRequest, IdbRequest, IdbTransactionMode};

const DATABASE: &str = "databook";
/// The only store, of bytes by name.
const STORE: &str = "kept";

/// Everything that is kept, with its names; nothing where the browser keeps nothing.
pub async fn kept() -> Vec<(String, Vec<u8>)> {
    read().await.unwrap_or_default()
}

/// Keeps bytes under a name. False where the browser does not: they are gone with the page.
pub async fn keep(name: &str, bytes: &[u8]) -> bool {
    let put = |store: &IdbObjectStore| {
        store.put_with_key(&Uint8Array::from(bytes), &JsValue::from_str(name))
    };
    write(put).await.is_ok()
}

/// Keeps nothing under a name any more. False where the browser does not do it.
pub async fn forget(name: &str) -> bool {
    write(|store| store.delete(&JsValue::from_str(name)))
        .await
        .is_ok()
}

async fn read() -> Result<Vec<(String, Vec<u8>)>, JsValue> {
    let database = open().await?;
    let store = database.transaction_with_str(STORE)?.object_store(STORE)?;
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
    act: impl FnOnce(&IdbObjectStore) -> Result<IdbRequest, JsValue>,
) -> Result<(), JsValue> {
    let database = open().await?;
    let transaction =
        database.transaction_with_str_and_mode(STORE, IdbTransactionMode::Readwrite)?;
    let done = Promise::new(&mut |resolve, reject| {
        transaction.set_oncomplete(Some(&resolve));
        transaction.set_onabort(Some(&reject));
    });
    act(&transaction.object_store(STORE)?)?;
    JsFuture::from(done).await?;
    database.close();
    Ok(())
}

async fn open() -> Result<IdbDatabase, JsValue> {
    let window = crate::window().ok_or(JsValue::NULL)?;
    let factory = window.indexed_db()?.ok_or(JsValue::NULL)?;
    let request: IdbOpenDbRequest = factory.open_with_u32(DATABASE, 1)?;
    let made = request.clone();
    let make: Function = Closure::once_into_js(move || {
        if let Ok(database) = made.result() {
            // It is there already only in a database that somebody else made.
            let _ = database
                .unchecked_into::<IdbDatabase>()
                .create_object_store(STORE);
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
