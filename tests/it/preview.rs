//! The preview server as a process of its own, spoken to over plain sockets.

use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, ExitStatus, Stdio};
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use crate::command::program;

/// Nothing that is waited for takes so long, on the busiest machine.
pub const DEADLINE: Duration = Duration::from_secs(60);

pub struct Preview {
    process: Child,
    pub port: u16,
    /// The address that was printed.
    pub address: String,
    stderr: Mutex<Receiver<String>>,
}

impl Preview {
    /// `serve` in this folder, listening on a port that is free.
    pub fn start(root: &Path, arguments: &[&str]) -> Preview {
        let arguments = [&["serve", "--port", "0"], arguments].concat();
        let mut command = program(root, &arguments);
        let mut process = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let stdout = lines(process.stdout.take().unwrap());
        let stderr = Mutex::new(lines(process.stderr.take().unwrap()));
        let address = stdout.recv_timeout(DEADLINE).expect("it prints its address");
        let (_, rest) = address.split_once("localhost:").expect("it listens on localhost");
        let port = rest[..rest.find('/').unwrap()].parse().unwrap();
        Preview { process, port, address, stderr }
    }

    pub fn id(&self) -> u32 {
        self.process.id()
    }

    pub fn connect(&self) -> TcpStream {
        connect(self.port)
    }

    /// Sends these bytes and reads until the server ends the connection.
    pub fn raw(&self, bytes: impl AsRef<[u8]>) -> Answer {
        raw(self.port, bytes.as_ref())
    }

    pub fn request(&self, target: &str, headers: &str) -> Answer {
        let (port, close) = (self.port, "Connection: close\r\n");
        self.raw(format!("GET {target} HTTP/1.1\r\nHost: localhost:{port}\r\n{close}{headers}\r\n"))
    }

    pub fn get(&self, target: &str) -> Answer {
        self.request(target, "")
    }

    pub fn signal(&self, name: &str) {
        let id = self.id().to_string();
        let sent = std::process::Command::new("kill").args([name, &id]).status().unwrap();
        assert!(sent.success());
    }

    /// How it ended; None if it goes on for longer than this.
    pub fn ended(&mut self, within: Duration) -> Option<ExitStatus> {
        let end = Instant::now() + within;
        loop {
            match self.process.try_wait().unwrap() {
                None if Instant::now() < end => std::thread::yield_now(),
                status => return status,
            }
        }
    }

    /// Waits for a line on standard error that has these words.
    pub fn said(&self, words: &str) -> String {
        let end = Instant::now() + DEADLINE;
        let stderr = self.stderr.lock().unwrap();
        loop {
            let line = stderr.recv_timeout(end.saturating_duration_since(Instant::now()));
            match line {
                Ok(line) if line.contains(words) => return line,
                Ok(_) => {}
                Err(_) => panic!("never said: {words}"),
            }
        }
    }

    pub fn events(&self) -> Events {
        let mut stream = self.connect();
        let base = &self.address[self.address.find(&format!(":{}", self.port)).unwrap()..];
        let base = &base[base.find('/').unwrap()..];
        let target = format!("{base}assets/.live/events");
        let head = format!("GET {target} HTTP/1.1\r\nHost: localhost\r\n\r\n");
        stream.write_all(head.as_bytes()).unwrap();
        let lines = lines(stream.try_clone().unwrap());
        assert_eq!(lines.recv_timeout(DEADLINE).as_deref(), Ok("HTTP/1.1 200 OK"));
        Events { stream, lines, last: 0 }
    }
}

impl Drop for Preview {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn lines(stream: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            if sender.send(line.trim_end().to_owned()).is_err() {
                return;
            }
        }
    });
    receiver
}

fn connect(port: u16) -> TcpStream {
    let stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.set_read_timeout(Some(DEADLINE)).unwrap();
    stream.set_nodelay(true).unwrap();
    stream
}

pub fn raw(port: u16, bytes: &[u8]) -> Answer {
    let mut stream = connect(port);
    // A server that has refused the head reads no more of it.
    let _ = stream.write_all(bytes);
    read_to_end(&mut stream)
}

fn read_to_end(stream: &mut TcpStream) -> Answer {
    let mut bytes = Vec::new();
    match stream.read_to_end(&mut bytes) {
        Ok(_) => {}
        // It closed with bytes of ours unread.
        Err(error) if error.kind() == ErrorKind::ConnectionReset => {}
        Err(error) => panic!("hangs: {error}"),
    }
    Answer { bytes }
}

/// All that came back on a connection.
#[derive(Clone, Debug)]
pub struct Answer {
    pub bytes: Vec<u8>,
}

impl Answer {
    /// 0 if the connection was closed without an answer.
    pub fn status(&self) -> u16 {
        let text = String::from_utf8_lossy(&self.bytes[..self.bytes.len().min(12)]).into_owned();
        text.strip_prefix("HTTP/1.").map_or(0, |rest| rest[2..].parse().unwrap())
    }

    fn split(&self) -> (&[u8], &[u8]) {
        let at = self.bytes.windows(4).position(|bytes| bytes == b"\r\n\r\n");
        at.map_or((&self.bytes, &[]), |at| (&self.bytes[..at], &self.bytes[at + 4..]))
    }

    pub fn head(&self) -> String {
        String::from_utf8_lossy(self.split().0).to_ascii_lowercase()
    }

    pub fn body(&self) -> &[u8] {
        self.split().1
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(self.body()).into_owned()
    }

    pub fn header(&self, name: &str) -> Option<String> {
        let head = String::from_utf8_lossy(self.split().0).into_owned();
        let lines = head.lines().filter_map(|line| line.split_once(": "));
        let mut values = lines.filter(|(found, _)| found.eq_ignore_ascii_case(name));
        values.next().map(|(_, value)| value.to_owned())
    }
}

/// An open stream of events.
pub struct Events {
    stream: TcpStream,
    lines: Receiver<String>,
    /// The generation that was told last.
    pub last: u64,
}

impl Events {
    /// The next state that is told; None if none comes in this time.
    pub fn next(&mut self, within: Duration) -> Option<serde_json::Value> {
        let end = Instant::now() + within;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            match self.lines.recv_timeout(left) {
                Ok(line) => {
                    let Some(data) = line.strip_prefix("data: ") else { continue };
                    let state: serde_json::Value = serde_json::from_str(data).unwrap();
                    self.last = state["generation"].as_u64().unwrap();
                    return Some(state);
                }
                Err(RecvTimeoutError::Timeout) => return None,
                Err(RecvTimeoutError::Disconnected) => panic!("the stream ended"),
            }
        }
    }
}

impl Drop for Events {
    fn drop(&mut self) {
        let _ = self.stream.shutdown(std::net::Shutdown::Both);
    }
}

/// Whether anything listens there.
pub fn answers(address: SocketAddr) -> bool {
    TcpStream::connect_timeout(&address, DEADLINE).is_ok()
}
