//! `databook.History`: what was, over gRPC. What is wrong with a request is a `Refusal` in the reply.

use crate::{
    grpc_notebooks::read_reply,
    history::{self, MAX_ENTRIES},
    refusal::Refusal,
    room,
    server::Server,
};
use notebook::{NotebookId, Sequence};
use proto::{
    ActivitiesReply, ActivitiesRequest, AtReply, AtRequest, EntriesReply, EntriesRequest,
    at_request, history_server::History,
};
use std::sync::Arc;
use storage::Moment;
use tonic::{Request, Response, Status};

pub struct HistoryService(pub Arc<Server>);

impl HistoryService {
    async fn at_moment(&self, request: AtRequest) -> Result<AtReply, Refusal> {
        let id: NotebookId = request.notebook.parse()?;
        let moment = match request.moment {
            None => Moment::Sequence(Sequence(u64::MAX)),
            Some(at_request::Moment::Sequence(sequence)) => Moment::Sequence(Sequence(sequence)),
            Some(at_request::Moment::TimeMs(time_ms)) => Moment::Time(time_ms),
        };
        let at = history::at(&self.0, id, moment).await?;
        let read = read_reply(&self.0, &at.state).await;
        Ok(AtReply {
            snapshot: read.snapshot,
            blobs: read.blobs,
            time_ms: at.time_ms,
            head_sequence: at.head.0,
            refusal: None,
        })
    }

    async fn some_entries(&self, request: EntriesRequest) -> Result<EntriesReply, Refusal> {
        let id: NotebookId = request.notebook.parse()?;
        let room = self.0.hub.open(id).await?;
        let limit = match request.limit {
            0 => MAX_ENTRIES,
            limit => MAX_ENTRIES.min(limit as usize),
        };
        let after = Sequence(request.after_sequence);
        // Asked first: it is never ahead of what is read next.
        let head = room.read(|state| state.sequence);
        let read = self.0.storage.entries(id, after, limit).await;
        let entries = read.map_err(|error| {
            tracing::error!(%error, notebook = %id, "reading entries failed");
            Refusal::unavailable()
        })?;
        Ok(EntriesReply {
            entries: Some(room::entries(&entries, &[])),
            head_sequence: head.0,
            refusal: None,
        })
    }

    async fn some_activities(
        &self,
        request: ActivitiesRequest,
    ) -> Result<ActivitiesReply, Refusal> {
        let id: NotebookId = request.notebook.parse()?;
        let after = Sequence(request.after_sequence);
        let (activities, head) = history::activities(&self.0.hub, id, after).await?;
        Ok(ActivitiesReply {
            activities: activities.iter().map(wire::to_proto::activity).collect(),
            head_sequence: head.0,
            refusal: None,
        })
    }
}

#[tonic::async_trait]
impl History for HistoryService {
    async fn at(&self, request: Request<AtRequest>) -> Result<Response<AtReply>, Status> {
        let reply = self.at_moment(request.into_inner()).await;
        Ok(Response::new(reply.unwrap_or_else(|refusal| AtReply {
            refusal: Some((&refusal).into()),
            ..AtReply::default()
        })))
    }

    async fn entries(
        &self,
        request: Request<EntriesRequest>,
    ) -> Result<Response<EntriesReply>, Status> {
        let reply = self.some_entries(request.into_inner()).await;
        Ok(Response::new(reply.unwrap_or_else(|refusal| {
            EntriesReply {
                refusal: Some((&refusal).into()),
                ..EntriesReply::default()
            }
        })))
    }

    async fn activities(
        &self,
        request: Request<ActivitiesRequest>,
    ) -> Result<Response<ActivitiesReply>, Status> {
        let reply = self.some_activities(request.into_inner()).await;
        Ok(Response::new(reply.unwrap_or_else(|refusal| {
            ActivitiesReply {
                refusal: Some((&refusal).into()),
                ..ActivitiesReply::default()
            }
        })))
    }
}
