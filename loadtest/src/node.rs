//! A node that is started to be measured or to be killed, and asked over HTTP.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;

use crate::namespace;
use crate::scan::behind;

/// How long a node may take to start, and to stop.
const PATIENCE: Duration = Duration::from_secs(60);

/// A longer answer is none of a node.
const MOST_BYTES: usize = 512 << 20;

/// How a node is started.
#[derive(Debug, Clone)]
pub struct Start {
    /// The binary.
    pub trawl: PathBuf,
    /// Words before the command, such as `taskset -c 0`.
    pub before: Vec<String>,
    /// The network namespace in which it runs, where that is another than ours.
    pub namespace: Option<String>,
    /// Where its data lie.
    pub data: PathBuf,
    /// Where its log is added to that of earlier starts.
    pub log: PathBuf,
    /// More arguments of `trawl up`.
    pub arguments: Vec<String>,
}

/// A running node. It is killed when this is dropped.
pub struct Node {
    child: Child,
    door: Door,
}

/// Where a node is asked, and the key to it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Door {
    /// The network namespace in which it is reached, where that is another than ours.
    pub namespace: Option<String>,
    /// Where it answers.
    pub address: String,
    /// The key of this machine's command line.
    pub key: String,
}

impl Start {
    /// Begins to start a node on a port that is free, and waits for nothing.
    pub fn begin(&self) -> io::Result<Child> {
        let Self { trawl, before, namespace, data, log, arguments } = self;
        // One that was killed has left its own, which leads nowhere.
        match std::fs::remove_file(self.note()) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let within = namespace.iter().flat_map(|name| ["ip", "netns", "exec", name]);
        let before: Vec<String> = within.map(str::to_owned).chain(before.iter().cloned()).collect();
        behind(&before, trawl)
            .args(["up", "--log", "json", "--data"])
            .arg(data)
            .args(arguments)
            .env("TRAWL_API_LISTEN", "127.0.0.1:0")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(File::options().create(true).append(true).open(log)?)
            .spawn()
    }

    /// How a node is asked that runs there. Its key is another when it has begun to lead, or no longer does.
    pub fn door(&self) -> io::Result<Door> {
        let note: Value = serde_json::from_slice(&std::fs::read(self.note())?)?;
        let word = |key: &str| note[key].as_str().map(str::to_owned);
        let door = word("address").zip(word("key")).map(|(address, key)| Door {
            namespace: self.namespace.clone(),
            address,
            key,
        });
        door.ok_or_else(|| io::Error::other("the node does not say how it is asked"))
    }

    /// Where a node says how it is asked.
    fn note(&self) -> PathBuf {
        self.data.join("running.json")
    }
}

impl Node {
    /// Starts a node, and waits until it is up.
    pub fn start(start: &Start) -> io::Result<Self> {
        let mut node = Self { child: start.begin()?, door: Door::default() };
        let until = Instant::now() + PATIENCE;
        loop {
            if let Ok(door) = start.door() {
                node.door = door;
                return Ok(node);
            }
            if let Some(status) = node.child.try_wait()? {
                return Err(io::Error::other(format!(
                    "the node ended with {status}; see {}",
                    start.log.display()
                )));
            }
            if Instant::now() > until {
                return Err(io::Error::other("the node has not come up in a minute"));
            }
            std::thread::park_timeout(Duration::from_millis(20));
        }
    }

    /// The number of its process.
    pub fn process(&self) -> u32 {
        self.child.id()
    }

    /// Where it is asked.
    pub fn door(&self) -> &Door {
        &self.door
    }

    /// A connection of its own.
    pub fn connect(&self) -> io::Result<Connection> {
        self.door.connect()
    }

    /// How it has ended, if it has.
    pub fn ended(&mut self) -> io::Result<Option<ExitStatus>> {
        self.child.try_wait()
    }

    /// Sends it a signal.
    pub fn signal(&self, signal: Signal) -> io::Result<()> {
        Ok(kill(Pid::from_raw(self.child.id().cast_signed()), signal)?)
    }

    /// Kills it, as whoever pulls the plug does.
    pub fn kill(mut self) -> io::Result<()> {
        self.child.kill()?;
        self.child.wait().map(drop)
    }

    /// Asks it to stop, and waits until it has.
    pub fn stop(mut self) -> io::Result<()> {
        self.signal(Signal::SIGTERM)?;
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

impl Door {
    /// A connection through it.
    pub fn connect(&self) -> io::Result<Connection> {
        let stream =
            namespace::inside(self.namespace.as_deref(), || TcpStream::connect(&self.address))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let stream = BufReader::with_capacity(64 << 10, stream);
        Ok(Connection { door: self.clone(), stream })
    }
}

/// A connection that is kept open.
#[derive(Debug)]
pub struct Connection {
    door: Door,
    stream: BufReader<TcpStream>,
}

/// An answer, as far as anybody here asks for it.
#[derive(Debug)]
pub struct Answer {
    /// Its status.
    pub status: u16,
    /// Its `ETag`.
    pub tag: Option<String>,
    /// Its body.
    pub body: Vec<u8>,
}

impl Answer {
    /// Whether what was asked for was refused. What took too long (408) may have been done.
    pub fn is_refused(&self) -> bool {
        (400..500).contains(&self.status) && self.status != 408
    }
}

impl Connection {
    /// Waits no longer than this for an answer, from now on.
    pub fn wait_at_most(&self, time: Duration) -> io::Result<()> {
        self.stream.get_ref().set_read_timeout(Some(time))
    }

    /// What a GET is answered with, which must be a good answer.
    pub fn get(&mut self, path: &str) -> io::Result<Value> {
        self.ask("GET", path, "")
    }

    /// What a POST of JSON is answered with.
    pub fn post(&mut self, path: &str, body: &Value) -> io::Result<Value> {
        self.ask("POST", path, &body.to_string())
    }

    fn ask(&mut self, method: &str, path: &str, body: &str) -> io::Result<Value> {
        let answer = self.exchange(method, path, &[], body)?;
        let status = answer.status;
        if !(200..300).contains(&status) {
            let told = String::from_utf8_lossy(&answer.body).into_owned();
            return Err(io::Error::other(format!("{method} {path}: {status} {told}")));
        }
        serde_json::from_slice(&answer.body).map_err(io::Error::other)
    }

    /// What is answered, whatever it is. The headers go with those that each request has.
    pub fn exchange(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> io::Result<Answer> {
        let (Door { address, key, .. }, length) = (&self.door, body.len());
        let mut more: String =
            headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        if !body.is_empty() {
            more.push_str("content-type: application/json\r\n");
        }
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {key}\r\n{more}\
             content-length: {length}\r\n\r\n{body}"
        );
        self.stream.get_mut().write_all(head.as_bytes())?;
        let status = self.line()?;
        let status = status.split(' ').nth(1).and_then(|word| word.parse().ok());
        let status = status.ok_or_else(|| io::Error::other("no HTTP"))?;
        let (mut length, mut chunked, mut tag) = (0, false, None);
        loop {
            let line = self.line()?;
            let header = line.split_once(':').map(|(name, value)| (name, value.trim()));
            match header {
                Some((name, value)) if name.eq_ignore_ascii_case("content-length") => {
                    length = value.parse().map_err(io::Error::other)?;
                }
                Some((name, value)) if name.eq_ignore_ascii_case("transfer-encoding") => {
                    chunked = value.eq_ignore_ascii_case("chunked");
                }
                Some((name, value)) if name.eq_ignore_ascii_case("etag") => {
                    tag = Some(value.to_owned());
                }
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
        Ok(Answer { status, tag, body })
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
