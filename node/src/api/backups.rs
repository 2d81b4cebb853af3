//! Backups: one at a time, in the background, for it may take longer than any request.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use tracing::Instrument;
use utoipa::ToSchema;

use super::Shared;
use super::caller::Caller;
use super::extract::{Id, Json, Nothing, Query};
use super::problem::{Code, Problem, Refusal};
use crate::clock;
use crate::error::Error;
use crate::records::backup::{Backup, BackupState};

/// So many are remembered.
const REMEMBERED: usize = 16;

/// The backups of this node since it was started, the newest last.
#[derive(Default)]
pub(crate) struct Backups(Mutex<VecDeque<Backup>>);

/// A backup that is to be made.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WantedBackup {
    /// The folder to write to, on the node's machine, by its whole path. It must be new or empty.
    pub(crate) folder: String,
}

impl Backups {
    /// Remembers one that is begun, unless another is being written.
    fn begin(&self, folder: &str) -> Result<Backup, Refusal> {
        let mut all = self.0.lock();
        if let Some(at_work) = all.iter().find(|backup| backup.state == BackupState::Running) {
            let detail = format!("the backup {} is being written", at_work.id);
            return Err(Refusal::new(Code::BackupAtWork, detail));
        }
        let id: [u8; 12] = crate::keys::random()?;
        let backup = Backup {
            id: data_encoding::BASE32HEX_NOPAD.encode(&id).to_ascii_lowercase(),
            folder: folder.to_owned(),
            state: BackupState::Running,
            started: clock::written(clock::now()),
            ended: None,
            rows: None,
            bytes: None,
            error: None,
        };
        if all.len() == REMEMBERED {
            all.pop_front();
        }
        all.push_back(backup.clone());
        Ok(backup)
    }

    fn end(&self, id: &str, done: &Result<trawl_storage::Copied, Error>) {
        let mut all = self.0.lock();
        let Some(backup) = all.iter_mut().find(|backup| backup.id == id) else { return };
        backup.ended = Some(clock::written(clock::now()));
        match done {
            Ok(copied) => {
                backup.state = BackupState::Finished;
                (backup.rows, backup.bytes) = (Some(copied.rows), Some(copied.bytes));
            }
            Err(error) => {
                backup.state = BackupState::Failed;
                backup.error = Some(error.to_string());
            }
        }
    }

    fn get(&self, id: &str) -> Option<Backup> {
        self.0.lock().iter().find(|backup| backup.id == id).cloned()
    }
}

/// Writes a copy of all that is kept into a new folder of the node's machine, as it is at this
/// moment, while all goes on. The root key is not in it.
#[utoipa::path(
    post, path = "/api/v1/backups", tag = "node", request_body = WantedBackup,
    security(("key" = ["admin"])),
    responses(
        (status = 202, description = "It is being written", body = Backup),
        (status = 409, description = "Another one is being written", body = Problem,
            content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn begin(
    State(api): State<Shared>,
    caller: Caller,
    _: Query<Nothing>,
    Json(wanted): Json<WantedBackup>,
) -> Result<Response, Refusal> {
    let folder = PathBuf::from(&wanted.folder);
    if !folder.is_absolute() || wanted.folder.chars().any(char::is_control) {
        let detail = "folder: name a folder of the node's machine by its whole path".to_owned();
        return Err(Error::Usage(detail).into());
    }
    api.answers().may_hold_backup(&folder)?;
    let backup = api.backups().begin(&wanted.folder)?;
    let (id, api) = (backup.id.clone(), Arc::clone(&api));
    let writing = async move {
        let done = api.answers().backup(&caller.actor, &folder).await;
        if let Err(error) = &done {
            tracing::error!(%error, "a backup was given up");
        }
        api.backups().end(&id, &done);
    };
    tokio::spawn(writing.in_current_span());
    Ok((StatusCode::ACCEPTED, axum::Json(backup)).into_response())
}

/// How far a backup is. It is known for as long as the node runs.
#[utoipa::path(
    get, path = "/api/v1/backups/{backup}", tag = "node", security(("key" = ["admin"])),
    params(("backup" = String, Path, description = "Its id")),
    responses((status = 200, description = "The backup", body = Backup)),
)]
pub(crate) async fn get(
    State(api): State<Shared>,
    Id(id): Id<String>,
    _: Query<Nothing>,
) -> Result<axum::Json<Backup>, Refusal> {
    let missing = || Error::Missing(format!("{id}: no such backup since the node was started"));
    Ok(axum::Json(api.backups().get(&id).ok_or_else(missing)?))
}
