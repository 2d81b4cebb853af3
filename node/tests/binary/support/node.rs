//! A node that runs: the real binary, asked over its real socket, byte by byte where a test wants
//! to say what no client would.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use super::Place;

/// A node in a folder, with its data in `data`.
pub(crate) struct Node {
    child: Child,
    pub(crate) address: String,
    /// A key that may do everything.
    pub(crate) key: String,
    log: std::path::PathBuf,
}

/// A request that is being put together.
pub(crate) struct Request<'a> {
    node: &'a Node,
    method: String,
    path: String,
    host: Option<String>,
    key: Option<String>,
    headers: Vec<(String, String)>,
    body: Option<Vec<u8>>,
}

/// What was answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Node {
    /// Starts one with these settings beside its own.
    pub(crate) fn up(place: &Place, settings: &[&str]) -> Self {
        let out = place.run(&["key", "new", "--name", "tests", "--can", "admin"]);
        assert_eq!(out.code, 0, "{}", out.err);
        Self::up_with(place, settings, out.out.trim())
    }

    /// The same with a key that was made before.
    pub(crate) fn up_with(place: &Place, settings: &[&str], key: &str) -> Self {
        let mut flags = vec!["--log-level", "trace"];
        for setting in settings {
            flags.extend(["--set", setting]);
        }
        Self::start(place, &flags, key)
    }

    /// Starts one with these flags and a key that was made before.
    pub(crate) fn start(place: &Place, flags: &[&str], key: &str) -> Self {
        let log = place.path("up.log");
        let errors = std::fs::File::options().create(true).append(true).open(&log).unwrap();
        let mut command = place.command(&["up", "--log", "json"]);
        command.args(["--set", "api.listen=127.0.0.1:0"]).args(flags);
        let mut child = command.stdout(Stdio::piped()).stderr(errors).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().rsplit("://").next().unwrap().to_owned();
        assert!(address.contains(':'), "{line:?}\n{}", std::fs::read_to_string(&log).unwrap());
        Self { child, address, key: key.to_owned(), log }
    }

    /// A request with the key that may do everything.
    pub(crate) fn ask(&self, method: &str, path: &str) -> Request<'_> {
        Request {
            node: self,
            method: method.to_owned(),
            path: path.to_owned(),
            host: Some(self.address.clone()),
            key: Some(self.key.clone()),
            headers: Vec::new(),
            body: None,
        }
    }

    pub(crate) fn get(&self, path: &str) -> Value {
        let answer = self.ask("GET", path).send();
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        answer.json()
    }

    /// Orders a scan of a folder and waits for its end, by its events.
    pub(crate) fn scan(&self, target: &str) -> Value {
        let order = serde_json::json!({ "target": target });
        let ordered = self.ask("POST", "/api/v1/scans").json(&order).send();
        assert_eq!(ordered.status, 202, "{}", ordered.text());
        let id = ordered.json()["id"].as_str().unwrap().to_owned();
        self.events(&id).pop().unwrap().1
    }

    /// All events of a scan, to its end.
    pub(crate) fn events(&self, scan: &str) -> Vec<(String, Value)> {
        let answer = self.ask("GET", &format!("/api/v1/scans/{scan}/events")).send();
        assert_eq!(answer.header("content-type"), Some("text/event-stream"));
        let mut events = Vec::new();
        let mut name = String::new();
        for line in answer.text().lines() {
            if let Some(event) = line.strip_prefix("event: ") {
                name = event.to_owned();
            } else if let Some(data) = line.strip_prefix("data: ") {
                events.push((name.clone(), serde_json::from_str(data).unwrap()));
            }
        }
        events
    }

    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap()
    }

    /// Its process.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
    }

    /// Stops it as a supervisor does, and gives its exit code.
    pub(crate) fn stop(self) -> i32 {
        self.signal(Signal::TERM);
        self.ended()
    }

    /// Waits for its end, and gives its exit code.
    pub(crate) fn ended(mut self) -> i32 {
        self.child.wait().unwrap().code().unwrap_or(-1)
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Request<'_> {
    pub(crate) fn host(mut self, host: Option<&str>) -> Self {
        self.host = host.map(str::to_owned);
        self
    }

    pub(crate) fn key(mut self, key: Option<&str>) -> Self {
        self.key = key.map(str::to_owned);
        self
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn json(self, body: &Value) -> Self {
        self.header("Content-Type", "application/json").body(body.to_string())
    }

    pub(crate) fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = Some(body.into());
        self
    }

    /// What goes over the wire, without its body.
    fn head(&self) -> String {
        let mut head = format!("{} {} HTTP/1.1\r\nConnection: close\r\n", self.method, self.path);
        if let Some(host) = &self.host {
            head.push_str(&format!("Host: {host}\r\n"));
        }
        if let Some(key) = &self.key {
            head.push_str(&format!("Authorization: Bearer {key}\r\n"));
        }
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        let named =
            self.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("content-length"));
        if let Some(body) = self.body.as_ref().filter(|_| !named) {
            head.push_str(&format!("Content-Length: {}\r\n", body.len()));
        }
        head + "\r\n"
    }

    /// Sends it, and leaves the answer unread.
    pub(crate) fn begin(&self) -> TcpStream {
        let mut stream = TcpStream::connect(&self.node.address).unwrap();
        stream.write_all(self.head().as_bytes()).unwrap();
        // Who is refused before he has said all may find nobody who listens.
        let _ = stream.write_all(self.body.as_deref().unwrap_or_default());
        stream
    }

    pub(crate) fn send(self) -> Answer {
        Answer::read(self.begin())
    }
}

impl Answer {
    pub(crate) fn read(mut stream: TcpStream) -> Self {
        let mut bytes = Vec::new();
        // An answer that is whole is whole, also where the connection is then broken off.
        let _ = stream.read_to_end(&mut bytes);
        let end = bytes.windows(4).position(|w| w == b"\r\n\r\n");
        let end = end.unwrap_or_else(|| panic!("no head in {:?}", String::from_utf8_lossy(&bytes)));
        let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
        let mut lines = head.lines();
        let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let headers: Vec<(String, String)> = lines
            .map(|line| line.split_once(": ").unwrap())
            .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
            .collect();
        let mut body = bytes[end + 4..].to_vec();
        if headers.iter().any(|(name, value)| name == "transfer-encoding" && value == "chunked") {
            body = dechunked(&body);
        }
        Self { status, headers, body }
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    /// The code of a problem; asserts that it is a whole one.
    #[track_caller]
    pub(crate) fn code(&self) -> String {
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{self:?}");
        let problem = self.json();
        assert_eq!(problem["status"], self.status);
        for part in ["type", "title", "detail", "way_out"] {
            assert!(problem[part].as_str().is_some_and(|text| !text.is_empty()), "{problem}");
        }
        problem["code"].as_str().unwrap().to_owned()
    }
}

fn dechunked(mut bytes: &[u8]) -> Vec<u8> {
    let mut whole = Vec::new();
    while let Some(end) = bytes.windows(2).position(|w| w == b"\r\n") {
        let length = std::str::from_utf8(&bytes[..end]).unwrap();
        let length = usize::from_str_radix(length.trim(), 16).unwrap();
        let chunk = &bytes[end + 2..];
        if length == 0 || chunk.len() < length {
            break;
        }
        whole.extend_from_slice(&chunk[..length]);
        bytes = &chunk[(length + 2).min(chunk.len())..];
    }
    whole
}
