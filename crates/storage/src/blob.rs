//! Outputs under the hash of their bytes, compressed with zstd, checked when they are read.

use crate::StorageError;
use bytes::Bytes;
use notebook::BlobHash;
use std::{io, path::Path, sync::Arc};

/// Most bytes of one blob before compression.
pub const MAX_BLOB_BYTES: usize = wire::MAX_ANSWER_BYTES;
/// zstd's own default: most of the gain at a fraction of the time of higher levels.
const COMPRESSION_LEVEL: i32 = 3;

/// Bytes and the name under which they are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredBlob {
    pub hash: BlobHash,
    pub bytes: Bytes,
}

impl StoredBlob {
    pub fn new(bytes: impl Into<Bytes>) -> Self {
        let bytes = bytes.into();
        Self {
            hash: blob_hash(&bytes),
            bytes,
        }
    }
}

/// BLAKE3 of the bytes.
pub fn blob_hash(bytes: &[u8]) -> BlobHash {
    BlobHash(*blake3::hash(bytes).as_bytes())
}

/// A blob on its way to the disk.
pub(crate) struct Packed {
    pub(crate) hash: BlobHash,
    pub(crate) size_bytes: usize,
    pub(crate) zstd: Vec<u8>,
}

/// Checks the hash, so that no later reader finds other bytes under it.
pub(crate) fn pack(blob: &StoredBlob) -> Result<Packed, StorageError> {
    let bytes = blob.bytes.len();
    if bytes > MAX_BLOB_BYTES {
        return Err(StorageError::BlobTooLarge {
            bytes,
            limit: MAX_BLOB_BYTES,
        });
    }
    let actual = blob_hash(&blob.bytes);
    if actual != blob.hash {
        return Err(StorageError::WrongHash {
            given: blob.hash,
            actual,
        });
    }
    Ok(Packed {
        hash: blob.hash,
        size_bytes: bytes,
        zstd: compress(&blob.bytes)?,
    })
}

/// The bytes again, or why they are not what they were.
pub(crate) fn unpack(
    hash: BlobHash,
    size_bytes: usize,
    zstd: &[u8],
    database: &Path,
) -> Result<Bytes, StorageError> {
    let damaged =
        |detail: String| StorageError::corrupt(database, format_args!("blob {hash}: {detail}"));
    if size_bytes > MAX_BLOB_BYTES {
        return Err(damaged(format!("says it has {size_bytes} bytes")));
    }
    let bytes = decompress(zstd, size_bytes).map_err(|error| damaged(error.to_string()))?;
    if blob_hash(&bytes) != hash {
        return Err(damaged("its bytes have another hash".to_owned()));
    }
    Ok(bytes.into())
}

/// With a checksum in the frame, for what has no hash of its own.
pub(crate) fn compress(bytes: &[u8]) -> Result<Vec<u8>, StorageError> {
    let compress = || {
        let mut compressor = zstd::bulk::Compressor::new(COMPRESSION_LEVEL)?;
        compressor.include_checksum(true)?;
        compressor.compress(bytes)
    };
    compress().map_err(|source: io::Error| StorageError::Compression {
        bytes: bytes.len(),
        source: Arc::new(source),
    })
}

/// At most `limit` bytes of what [`compress`] made.
pub(crate) fn decompress(zstd: &[u8], limit: usize) -> io::Result<Vec<u8>> {
    zstd::bulk::decompress(zstd, limit)
}
