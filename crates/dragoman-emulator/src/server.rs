//! The routes, and the loop that accepts connections.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::state::State;
use crate::{body, control, graph, page};

/// How long open requests may take once the emulator stops.
const LAST_REQUESTS: Duration = Duration::from_secs(2);

/// The largest film that a phone sends, in base64.
const MESSAGE_BYTES: usize = 24 << 20;

/// An answer that is none: the connection is closed instead.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CloseConnection;

impl IntoResponse for CloseConnection {
    fn into_response(self) -> Response {
        let mut response = Response::default();
        response.extensions_mut().insert(self);
        response
    }
}

pub(crate) fn router(state: Arc<State>) -> Router {
    let control = Router::new()
        .route("/apps/{phone_number_id}", put(control::apps::put))
        .route("/customers", get(control::customers::list))
        .route("/customers/{id}", put(control::customers::put))
        .route(
            "/customers/{id}/messages",
            get(control::chat::list)
                .post(control::chat::write)
                .layer(DefaultBodyLimit::max(MESSAGE_BYTES)),
        )
        .route("/customers/{id}/read", post(control::chat::read))
        .route("/media/{id}", get(control::media::get))
        .route("/templates/{waba_id}/{name}", put(control::templates::put))
        .route("/faults", put(control::faults::put))
        .route("/requests", get(control::requests::list))
        .route(
            "/clock",
            get(control::clock::get).post(control::clock::advance),
        )
        .route("/stream", get(control::stream::changes))
        .fallback(control::unknown)
        .method_not_allowed_fallback(control::other_verb)
        .layer(from_fn_with_state(state.clone(), control::guard::check));
    Router::new()
        .route("/", get(page::html))
        .route("/page/{name}", get(page::file))
        .nest("/emulator/v1", control)
        .fallback(graph::graph)
        .with_state(state)
}

/// Serves until told to stop, then lets open requests end.
pub(crate) async fn serve(
    listener: TcpListener,
    router: Router,
    mut stopped: watch::Receiver<bool>,
) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            () = ended(&mut stopped) => break,
            Some(_) = connections.join_next(), if !connections.is_empty() => {}
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(connection(stream, router.clone(), stopped.clone()));
                }
                Err(error) => {
                    tracing::warn!(%error, "connection could not be accepted");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            },
        }
    }
    drop(listener);
    let in_time = tokio::time::timeout(LAST_REQUESTS, async {
        while connections.join_next().await.is_some() {}
    })
    .await;
    if in_time.is_err() {
        connections.shutdown().await;
    }
}

async fn connection(stream: TcpStream, router: Router, mut stopped: watch::Receiver<bool>) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "connection keeps its delay");
    }
    let router = TowerToHyperService::new(router);
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let (parts, body) = request.into_parts();
        let (lent, owner) = body::lend(body);
        let answer = router.call(hyper::Request::from_parts(parts, lent));
        async move {
            let Ok(response) = answer.await;
            owner.discard().await;
            match response.extensions().get::<CloseConnection>() {
                // An error of the service makes hyper close the connection without a word.
                Some(CloseConnection) => Err(io::Error::other("closed on purpose")),
                None => Ok(response),
            }
        }
    });
    // No timer, and so no limit for idle connections: closing one would look like a lost answer to its client.
    let served = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    tokio::pin!(served);
    let result = tokio::select! {
        ended = served.as_mut() => ended,
        () = ended(&mut stopped) => {
            served.as_mut().graceful_shutdown();
            served.await
        }
    };
    if let Err(error) = result {
        tracing::debug!(%error, "connection ended");
    }
}

/// Resolves when the emulator stops, or is gone.
pub(crate) async fn ended(stopped: &mut watch::Receiver<bool>) {
    drop(stopped.wait_for(|stopped| *stopped).await);
}
