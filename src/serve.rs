//! The preview server: sockets, time limits and the stream of events. What is answered is
//! decided in `respond`; nothing here reads a file.

use std::convert::Infallible;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use http_body_util::{Either, Full};
use hyper::body::{Body, Bytes, Frame, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::sync::watch;
use tokio::time::{Sleep, sleep};

use crate::preview::State;
use crate::respond::{self, Hosts};

/// Time for the head of a request, and for the next request on an open connection.
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);
/// The head of a request may have so many bytes.
const HEAD_BYTES_MAX: usize = 64 * 1024;
/// How long a connection may live: slow readers are ended, streams of events reconnect.
const CONNECTION_TIMEOUT: Duration = Duration::from_secs(600);
/// A comment line now and then shows the server which streams are gone.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// A stream that broke is opened again after this time.
const RETRY_MS: u32 = 500;
/// Where the search for a free port begins, and how far it goes.
const PORT_FIRST: u16 = 8000;
const PORTS_TRIED: u16 = 100;

/// Opens the sockets: on both loopback addresses, or on `host` alone. Without a port the first
/// free one is taken.
pub fn bind(host: Option<IpAddr>, port: Option<u16>) -> io::Result<Vec<TcpListener>> {
    if let Some(port) = port {
        return bind_port(host, port);
    }
    let mut last = Err(io::ErrorKind::AddrInUse.into());
    for port in PORT_FIRST..PORT_FIRST + PORTS_TRIED {
        last = bind_port(host, port);
        if !matches!(&last, Err(error) if error.kind() == io::ErrorKind::AddrInUse) {
            return last;
        }
    }
    last
}

fn bind_port(host: Option<IpAddr>, port: u16) -> io::Result<Vec<TcpListener>> {
    let open = |host: IpAddr, port: u16| {
        let listener = TcpListener::bind(SocketAddr::new(host, port))?;
        listener.set_nonblocking(true)?;
        Ok::<_, io::Error>(listener)
    };
    if let Some(host) = host {
        return Ok(vec![open(host, port)?]);
    }
    let first = open(Ipv4Addr::LOCALHOST.into(), port)?;
    let port = first.local_addr()?.port();
    match open(Ipv6Addr::LOCALHOST.into(), port) {
        Ok(second) => Ok(vec![first, second]),
        Err(error) if error.kind() == io::ErrorKind::AddrInUse => Err(error),
        // No IPv6 here.
        Err(_) => Ok(vec![first]),
    }
}

/// Serves until the program is told to end (Ctrl-C, SIGTERM).
pub fn run(
    listeners: Vec<TcpListener>,
    hosts: Hosts,
    state: watch::Receiver<State>,
) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let served = runtime.block_on(async {
        let hosts = Arc::new(hosts);
        for listener in listeners {
            let listener = tokio::net::TcpListener::from_std(listener)?;
            tokio::spawn(accept(listener, hosts.clone(), state.clone()));
        }
        ended().await
    });
    // Open streams would wait for ever.
    runtime.shutdown_background();
    served
}

/// Returns when the program is told to end.
pub fn wait_for_end() -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(ended())
}

async fn ended() -> io::Result<()> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate())?;
        tokio::select! {
            interrupt = tokio::signal::ctrl_c() => interrupt,
            _ = terminate.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await
}

async fn accept(
    listener: tokio::net::TcpListener,
    hosts: Arc<Hosts>,
    state: watch::Receiver<State>,
) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                let (hosts, state) = (hosts.clone(), state.clone());
                // Small answers must not wait for the acknowledgement of the ones before.
                let _ = stream.set_nodelay(true);
                tokio::spawn(connection(stream, hosts, state));
            }
            // Too many open files: some will close.
            Err(_) => sleep(Duration::from_millis(50)).await,
        }
    }
}

async fn connection(
    stream: tokio::net::TcpStream,
    hosts: Arc<Hosts>,
    state: watch::Receiver<State>,
) {
    let service = service_fn(move |request: Request<Incoming>| {
        let response = answer(request, &hosts, &state);
        async move { Ok::<_, Infallible>(response) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIMEOUT)
        // The buffer alone may hold more than its limit when much comes at once.
        .max_header_size(HEAD_BYTES_MAX)
        .max_buf_size(HEAD_BYTES_MAX)
        .serve_connection(TokioIo::new(stream), service);
    // A connection that breaks is the browser's business.
    let _ = tokio::time::timeout(CONNECTION_TIMEOUT, connection).await;
}

type Answer = Either<Full<Bytes>, Events>;

fn answer(
    request: Request<Incoming>,
    hosts: &Hosts,
    state: &watch::Receiver<State>,
) -> Response<Answer> {
    let (head, _) = request.into_parts();
    let response = respond::respond(&head, &state.borrow(), hosts);
    response.map(|body| match body {
        respond::Body::Bytes(bytes) => Either::Left(Full::new(bytes)),
        respond::Body::Events => Either::Right(Events::new(state.clone())),
    })
}

/// The stream of events: the state now, then every state that follows.
struct Events {
    state: watch::Receiver<State>,
    heartbeat: Pin<Box<Sleep>>,
    /// Resolves when there is a state to send.
    next: Pin<Box<dyn Future<Output = Option<watch::Receiver<State>>> + Send>>,
}

impl Events {
    fn new(mut state: watch::Receiver<State>) -> Events {
        state.mark_changed();
        let next = Box::pin(changed(state.clone()));
        Events { state, heartbeat: Box::pin(sleep(HEARTBEAT)), next }
    }
}

/// Waits for a state that was not sent yet; None when no more will come.
async fn changed(mut state: watch::Receiver<State>) -> Option<watch::Receiver<State>> {
    state.changed().await.ok()?;
    Some(state)
}

impl Body for Events {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if let Poll::Ready(next) = self.next.as_mut().poll(context) {
            let Some(state) = next else { return Poll::Ready(None) };
            let message = format!("retry: {RETRY_MS}\ndata: {}\n\n", state.borrow().message());
            self.state = state.clone();
            self.next = Box::pin(changed(state));
            return Poll::Ready(Some(Ok(Frame::data(message.into()))));
        }
        if self.heartbeat.as_mut().poll(context).is_ready() {
            self.heartbeat = Box::pin(sleep(HEARTBEAT));
            context.waker().wake_by_ref();
            return Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(b":\n\n")))));
        }
        Poll::Pending
    }
}
