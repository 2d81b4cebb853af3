//! A node that is started for a measurement, and asked over HTTP.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;

/// How long a node may take to start, and to stop.
const PATIENCE: Duration = Duration::from_secs(60);

/// A longer answer is none of a node.
const MOST_BYTES: usize = 512 << 20;

/// A running node. It is killed when this is dropped.
pub struct Node {
    child: Child,
    /// Where it answers.
    address: String,
    key: String,
}

impl Node {
    /// Starts a node with its data in a folder, on a port that is free. `before` are words before
    /// the command, such as `taskset -c 0`.
    pub fn start(trawl: &Path, before: &[String], data: &Path, log: &Path) -> io::Result<Self> {
        let mut words: Vec<PathBuf> = before.iter().map(PathBuf::from).collect();
        words.push(trawl.to_owned());
        let (first, rest) = words.split_first().ok_or_else(|| io::Error::other("no command"))?;
        let child = Command::new(first)
            .args(rest)
            .args(["up", "--log", "json", "--data"])
            .arg(data)
            .env("TRAWL_API_LISTEN", "127.0.0.1:0")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(File::options().create(true).append(true).open(log)?)
            .spawn()?;
        let mut node = Self { child, address: String::new(), key: String::new() };
        let until = Instant::now() + PATIENCE;
        let note = data.join("running.json");
        loop {
            if let Ok(Value::Object(note)) = std::fs::read(&note)
                .map_err(io::Error::other)
                .and_then(|bytes| serde_json::from_slice(&bytes).map_err(io::Error::other))
                && let (Some(address), Some(key)) = (
                    note.get("address").and_then(Value::as_str),
                    note.get("key").and_then(Value::as_str),
                )
            {
                node.address = address.to_owned();
                node.key = key.to_owned();
                return Ok(node);
            }
            if let Some(status) = node.child.try_wait()? {
                return Err(io::Error::other(format!(
                    "the node ended with {status}; see {}",
                    log.display()
                )));
            }
            if Instant::now() > until {
                return Err(io::Error::other("the node has not come up in a minute"));
            }
            std::thread::park_timeout(Duration::from_millis(20));
        }
    }

    /// A connection of its own.
    pub fn connect(&self) -> io::Result<Connection> {
        let stream = TcpStream::connect(&self.address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(Connection {
            host: self.address.clone(),
            key: self.key.clone(),
            stream: BufReader::with_capacity(64 << 10, stream),
        })
    }

    /// Asks it to stop, and waits until it has.
    pub fn stop(mut self) -> io::Result<()> {
        kill(Pid::from_raw(self.child.id().cast_signed()), Signal::SIGTERM)?;
        let status = self.child.wait()?;
        if status.success() {
            return Ok(());
        }
        Err(io::Error::other(format!("the node ended with {status}")))
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A connection that is kept open.
pub struct Connection {
    host: String,
    key: String,
    stream: BufReader<TcpStream>,
}

impl Connection {
    /// What a GET is answered with, which must be a good answer.
    pub fn get(&mut self, path: &str) -> io::Result<Value> {
        self.ask("GET", path, "")
    }

    /// What a POST of JSON is answered with.
    pub fn post(&mut self, path: &str, body: &Value) -> io::Result<Value> {
        self.ask("POST", path, &body.to_string())
    }

    fn ask(&mut self, method: &str, path: &str, body: &str) -> io::Result<Value> {
        let (status, answer) = self.exchange(method, path, body)?;
        if !(200..300).contains(&status) {
            let told = String::from_utf8_lossy(&answer).into_owned();
            return Err(io::Error::other(format!("{method} {path}: {status} {told}")));
        }
        serde_json::from_slice(&answer).map_err(io::Error::other)
    }

    /// Status and body of an answer.
    pub fn exchange(&mut self, method: &str, path: &str, body: &str) -> io::Result<(u16, Vec<u8>)> {
        let (host, key, length) = (&self.host, &self.key, body.len());
        let typed = if body.is_empty() { "" } else { "content-type: application/json\r\n" };
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {key}\r\n{typed}\
             content-length: {length}\r\n\r\n{body}"
        );
        self.stream.get_mut().write_all(head.as_bytes())?;
        let status = self.line()?;
        let status = status.split(' ').nth(1).and_then(|word| word.parse().ok());
        let status = status.ok_or_else(|| io::Error::other("no HTTP"))?;
        let (mut length, mut chunked) = (0, false);
        loop {
            let line = self.line()?.to_ascii_lowercase();
            match line.split_once(':') {
                Some(("content-length", value)) => {
                    length = value.trim().parse().map_err(io::Error::other)?;
                }
                Some(("transfer-encoding", value)) => chunked = value.trim() == "chunked",
                Some(_) => {}
                None if line.is_empty() => break,
                None => return Err(io::Error::other("no HTTP")),
            }
        }
        let mut body = Vec::new();
        if chunked {
            loop {
                let size = usize::from_str_radix(&self.line()?, 16).map_err(io::Error::other)?;
                self.read(&mut body, size)?;
                self.line()?;
                if size == 0 {
                    break;
                }
            }
        } else {
            self.read(&mut body, length)?;
        }
        Ok((status, body))
    }

    fn line(&mut self) -> io::Result<String> {
        let mut line = String::new();
        if self.stream.by_ref().take(64 << 10).read_line(&mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(line.trim_end().to_owned())
    }

    fn read(&mut self, body: &mut Vec<u8>, bytes: usize) -> io::Result<()> {
        let begun = body.len();
        if begun + bytes > MOST_BYTES {
            return Err(io::Error::other("an answer without end"));
        }
        body.resize(begun + bytes, 0);
        self.stream.read_exact(&mut body[begun..])
    }
}
