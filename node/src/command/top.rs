//! `trawl top`: how it is with a cluster, or with one node, live.

use std::collections::HashMap;
use std::time::Duration;

use ratatui::crossterm::event::Event;
use tokio::sync::{mpsc, watch};
use tokio::time::{sleep, timeout};
use trawl_cluster_config::Settings;

use super::Ended;
use crate::access::Access;
use crate::cli::{Global, Top};
use crate::error::{Error, exit};
use crate::records::Scan;
use crate::screen::{self, Screen};
use crate::top::{Flow, Heard, View};
use crate::{clock, signals, start};

/// So many scans are looked at, the newest.
const MOST_SCANS: usize = 200;

/// A node that takes longer for all that is asked at a time does not answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(5);

/// So many names of sources are asked for at a time; until then a source is shown by where it lies.
const NAMES_AT_A_TIME: usize = 50;

pub(super) fn run(global: &Global, asked: &Top) -> Ended {
    if !screen::is_there() {
        let said = "`trawl top` draws on a terminal, and there is none; `trawl cluster status` and \
                    `trawl scans` write the same once";
        return Err(Error::Usage(said.to_owned()));
    }
    let config = start::configure(global.layers())?;
    start::runtime()?.block_on(async {
        let mut asker = Asker::to(config.settings).await?;
        let view = View::of(asker.ask().await?, asked.every.get(), screen::is_coloured());
        show(asker, view, asked.every.get()).await
    })
}

/// Shows it until it is to end.
async fn show(asker: Asker, mut view: View, every: Duration) -> Ended {
    let mut stop = signals::listen()?;
    // Also whoever hangs up is given the terminal back as it was, if it is still there.
    let mut hang_up = signals::hang_ups()?;
    let (pause, paused) = watch::channel(false);
    let (tell, mut heard) = mpsc::channel(1);
    let mut screen = Screen::take()?;
    let mut events = screen::events()?;
    tokio::spawn(asker.ask_on(every, paused, tell));
    loop {
        screen.draw(|area, buffer| view.draw(area, buffer))?;
        tokio::select! {
            answer = heard.recv() => match answer {
                Some(Ok(heard)) => view.hear(heard),
                Some(Err(error)) => view.miss(clock::now(), error.to_string()),
                None => return Err(Error::Fault("nobody asks the node any more".to_owned())),
            },
            event = events.recv() => match event {
                Some(Ok(Event::Key(key))) => {
                    if view.press(key) == Flow::Ends {
                        return Ok(exit::DONE);
                    }
                    pause.send_replace(view.is_paused());
                }
                Some(Ok(_)) => {}
                Some(Err(error)) => return Err(error.into()),
                None => return Err(Error::Fault("nobody reads keys any more".to_owned())),
            },
            () = stop.wanted() => return Ok(exit::INTERRUPTED),
            () = hang_up.came() => return Ok(exit::INTERRUPTED),
        }
    }
}

/// Who asks the node, again and again.
struct Asker {
    settings: Settings,
    /// The way to the node; none where it has failed, for another process may be there by now.
    access: Option<Access>,
    /// The names of sources, by their ids; none of those that have none.
    names: HashMap<String, Option<String>>,
}

impl Asker {
    async fn to(settings: Settings) -> Result<Self, Error> {
        let access = Some(Access::to_results(settings.clone()).await?);
        Ok(Self { settings, access, names: HashMap::new() })
    }

    /// Asks every so often, but not while it is paused, until nobody listens.
    async fn ask_on(
        mut self,
        every: Duration,
        mut paused: watch::Receiver<bool>,
        tell: mpsc::Sender<Result<Heard, Error>>,
    ) {
        loop {
            sleep(every).await;
            if paused.wait_for(|paused| !paused).await.is_err() {
                return;
            }
            let answer = self.ask().await;
            if tell.send(answer).await.is_err() {
                return;
            }
        }
    }

    async fn ask(&mut self) -> Result<Heard, Error> {
        // Until it has answered, the way is taken out: one that failed, or was given up, is not gone again.
        match timeout(ANSWER_WITHIN, self.answer()).await {
            Ok(answer) => answer,
            Err(_) => {
                let within = ANSWER_WITHIN.as_secs();
                Err(Error::Missing(format!("the node has not answered within {within} s")))
            }
        }
    }

    async fn answer(&mut self) -> Result<Heard, Error> {
        let access = match self.access.take() {
            Some(access) => access,
            None => Access::to_running(&self.settings).await?,
        };
        let cluster = access.cluster().await?;
        let scans = access.newest_scans(MOST_SCANS).await?;
        let names = self.named(&access, &scans).await?;
        self.access = Some(access);
        let has_older = scans.len() == MOST_SCANS;
        Ok(Heard { at: clock::now(), cluster, scans, has_older, names })
    }

    /// The names of the sources of those scans that are not over.
    async fn named(
        &mut self,
        access: &Access,
        scans: &[Scan],
    ) -> Result<HashMap<String, String>, Error> {
        let open: Vec<&String> =
            scans.iter().filter(|scan| scan.ended.is_none()).map(|scan| &scan.source).collect();
        self.names.retain(|source, _| open.contains(&source));
        let mut asked = 0;
        for source in open {
            if asked == NAMES_AT_A_TIME || self.names.contains_key(source) {
                continue;
            }
            asked += 1;
            let name = match access.find_source(source).await {
                Ok(found) => found.profile.name,
                // It may be gone.
                Err(Error::Refused(_)) => None,
                Err(error) => return Err(error),
            };
            self.names.insert(source.clone(), name);
        }
        let named = self.names.iter();
        Ok(named.filter_map(|(source, name)| Some((source.clone(), name.clone()?))).collect())
    }
}
