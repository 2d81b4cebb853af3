//! People who say of findings what they are: singly and in bulk, now and then twice.

use std::hash::{DefaultHasher, Hash, Hasher};

use serde_json::{Value, json};

use super::client::{Change, Client, Fallen};
use super::memory::{Act, Kind, NOTHING, Thing, Ticket};
use crate::random::Random;

/// What may be said.
const WORDS: [&str; 4] = ["confirmed", "false-positive", "accepted", NOTHING];
/// Findings of a page.
const PAGE: usize = 200;
/// So many of a page are judged.
const JUDGED: u64 = 12;

/// One of several who judge, each findings of their own: a thing is written by one at a time.
#[derive(Debug)]
pub struct Judge {
    /// Which of them.
    pub number: u64,
    /// How many there are.
    pub judges: u64,
    /// Decides what is said.
    pub random: Random,
    /// Where the next page begins.
    pub cursor: Option<String>,
    /// What was asked for with a key and never answered: it is asked for again.
    pub unanswered: Option<Bulk>,
    /// Requests with a key so far.
    pub keyed: u64,
}

/// Several verdicts in one request.
#[derive(Debug, Clone)]
pub struct Bulk {
    key: String,
    said: Vec<(Value, &'static str)>,
}

/// What a verdict is kept by: it holds for a value in an object, wherever in it that stands.
pub fn thing(finding: &Value) -> Thing {
    let word = |name: &str| finding[name].as_str().unwrap_or_default();
    let parts = [word("source"), word("object"), word("type"), word("mark")];
    Thing::new(Kind::Verdict, parts.join("\n"))
}

fn act(finding: &Value, word: &str) -> Option<Act> {
    Some(Act::new("verdict", finding["id"].as_str().unwrap_or_default(), word))
}

impl Judge {
    /// One of so many.
    pub fn new(number: u64, judges: u64, seed: u64) -> Self {
        let random = Random::new(seed, 0x6a75_6467 + number);
        Self { number, judges, random, cursor: None, unanswered: None, keyed: 0 }
    }

    /// Judges some findings of the next page.
    pub fn turn(&mut self, client: &mut Client<'_>) -> Result<(), Fallen> {
        if let Some(bulk) = self.unanswered.take() {
            // The same request with the same key is carried out once: what is answered may be the
            // answer that never came. Nobody has judged these findings in between.
            self.say_many(client, bulk)?;
        }
        let cursor = self.cursor.take().map(|cursor| format!("&cursor={cursor}"));
        let path = format!("/api/v1/findings?limit={PAGE}{}", cursor.unwrap_or_default());
        let page = client.get(&path)?;
        self.cursor = page["next"].as_str().map(str::to_owned);
        let ours: Vec<&Value> =
            page["findings"].as_array().into_iter().flatten().filter(|f| self.is_ours(f)).collect();
        if ours.is_empty() {
            client.look_later();
            return Ok(());
        }
        let mut left = self.random.between(1, JUDGED);
        while left > 0 {
            if self.random.chance(30) {
                let count = self.random.between(1, left);
                let said = (0..count).map(|_| ((*self.random.choose(&ours)).clone(), self.word()));
                let said = said.collect();
                self.keyed += 1;
                let key = format!("judge-{}-{}", self.number, self.keyed);
                self.say_many(client, Bulk { key, said })?;
                left -= count;
            } else {
                let finding = *self.random.choose(&ours);
                self.say(client, finding)?;
                left -= 1;
            }
        }
        Ok(())
    }

    fn word(&mut self) -> &'static str {
        self.random.pick(&WORDS)
    }

    fn is_ours(&self, finding: &Value) -> bool {
        let mut hash = DefaultHasher::new();
        thing(finding).name.hash(&mut hash);
        hash.finish() % self.judges == self.number
    }

    /// Says one thing; now and then only if nobody has said something else since it was read.
    fn say(&mut self, client: &mut Client<'_>, finding: &Value) -> Result<(), Fallen> {
        let path =
            format!("/api/v1/findings/{}/verdict", finding["id"].as_str().unwrap_or_default());
        let tag = if self.random.chance(25) {
            let answer = client.exchange("GET", &path, &[], "")?;
            // Its object may have changed since the page was read.
            answer.tag.filter(|_| answer.status == 200)
        } else {
            None
        };
        let word = self.word();
        let headers: Vec<(&str, &str)> = tag.iter().map(|tag| ("if-match", tag.as_str())).collect();
        let done = client.change(&Change {
            method: "PUT",
            path: &path,
            headers: &headers,
            body: Some(json!({ "verdict": word })),
            thing: thing(finding),
            value: word,
            act: act(finding, word),
        })?;
        if let Some((judged, _)) = done
            && judged["verdict"].as_str().unwrap_or(NOTHING) != word
        {
            client.square().fault(format!("{path}: {word} was said, and {judged} was answered"));
        }
        Ok(())
    }

    fn say_many(&mut self, client: &mut Client<'_>, bulk: Bulk) -> Result<(), Fallen> {
        let memory = &client.square().memory;
        let tickets: Vec<Ticket> = bulk
            .said
            .iter()
            .map(|(finding, word)| memory.begin(thing(finding), word, act(finding, word)))
            .collect();
        let verdicts: Vec<Value> = bulk
            .said
            .iter()
            .map(|(finding, word)| json!({ "finding": finding["id"], "verdict": word }))
            .collect();
        let sent = json!({ "verdicts": verdicts }).to_string();
        let headers = [("idempotency-key", bulk.key.as_str())];
        let answer = match client.exchange("POST", "/api/v1/verdicts", &headers, &sent) {
            Ok(answer) => answer,
            Err(Fallen) => {
                self.unanswered = Some(bulk);
                return Err(Fallen);
            }
        };
        let told: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
        for (at, ticket) in tickets.iter().enumerate() {
            let outcome = &told["outcomes"][at];
            if answer.status == 200 && outcome["judged"].is_object() {
                let at = outcome["judged"]["at"].as_str().map(str::to_owned);
                memory.acknowledge(ticket, at);
            } else if answer.status == 200 || answer.is_refused() {
                memory.refuse(ticket);
            }
        }
        Ok(())
    }
}
