//! The terminal as a whole, for a view that draws itself anew: taken once, and given back at every end, also
//! at that of a panic. What is logged or told meanwhile would be drawn over; it is held, and said then.

use std::io::{self, IsTerminal, Stdout, Write};

use anstream::ColorChoice;
use parking_lot::Mutex;
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;
use ratatui::buffer::Buffer;
use ratatui::crossterm::event::{self, Event};
use ratatui::crossterm::execute;
use ratatui::crossterm::terminal::{
    Clear, ClearType, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};
use ratatui::layout::Rect;
use tokio::sync::mpsc;

use crate::error::Error;

/// So much of what is said while the terminal is taken is held; of what is said beyond that there is no
/// more than that it was said.
const MOST_HELD_BYTES: usize = 1 << 20;

/// Events that nobody has looked at yet. Whoever types ahead of that waits.
const MOST_EVENTS: usize = 64;

/// How often whoever waits for keys looks whether anybody still wants them.
const LOOK: std::time::Duration = std::time::Duration::from_millis(100);

/// What was said while the terminal is taken; none while it is not.
static HELD: Mutex<Option<Held>> = Mutex::new(None);

#[derive(Default)]
struct Held {
    said: Vec<u8>,
    is_more: bool,
}

/// The terminal, as long as it is ours.
pub(crate) struct Screen {
    terminal: Terminal<CrosstermBackend<Stdout>>,
}

/// Whether there is one that could be taken: keys come from it, and it shows what is drawn.
pub(crate) fn is_there() -> bool {
    io::stdin().is_terminal() && io::stdout().is_terminal()
}

/// Whether colours are wanted, by the same choice as for all other output.
pub(crate) fn is_coloured() -> bool {
    anstream::AutoStream::choice(&io::stdout()) != ColorChoice::Never
}

/// Holds what is said to standard error, where a view has the terminal that this goes to.
pub(crate) fn hold(said: &[u8]) -> bool {
    let mut held = HELD.lock();
    let Some(held) = held.as_mut().filter(|_| io::stderr().is_terminal()) else { return false };
    held.take(said);
    true
}

impl Held {
    fn take(&mut self, said: &[u8]) {
        if self.said.len() + said.len() > MOST_HELD_BYTES {
            self.is_more = true;
        } else {
            self.said.extend_from_slice(said);
        }
    }

    fn said(mut self) -> Vec<u8> {
        if self.is_more {
            self.said
                .extend_from_slice(b"more was said than is held while a view has the terminal\n");
        }
        self.said
    }
}

impl Screen {
    /// Takes the terminal.
    pub(crate) fn take() -> Result<Self, Error> {
        let failed = |source| Error::System { what: "the terminal can't be taken", source };
        let terminal = Terminal::new(CrosstermBackend::new(io::stdout())).map_err(failed)?;
        // From here on it is given back whatever comes.
        let screen = Self { terminal };
        *HELD.lock() = Some(Held::default());
        enable_raw_mode().map_err(failed)?;
        // What `Terminal::clear` does asks where the cursor is, which not every terminal answers.
        execute!(io::stdout(), EnterAlternateScreen, Clear(ClearType::All)).map_err(failed)?;
        Ok(screen)
    }

    /// Draws it anew, as large as it is by now.
    pub(crate) fn draw(&mut self, draw: impl FnOnce(Rect, &mut Buffer)) -> Result<(), Error> {
        self.terminal.draw(|frame| draw(frame.area(), frame.buffer_mut()))?;
        Ok(())
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        // Where one of these fails, the others are done all the same.
        let _ = self.terminal.show_cursor();
        let _ = execute!(io::stdout(), LeaveAlternateScreen);
        let _ = disable_raw_mode();
        let held = HELD.lock().take();
        if let Some(held) = held {
            let _ = anstream::stderr().write_all(&held.said());
        }
    }
}

/// What comes from the terminal: keys, and that its size has changed. It is read by a thread of its own, for
/// a read can't be given up; the thread ends when nobody listens any more.
pub(crate) fn events() -> Result<mpsc::Receiver<io::Result<Event>>, Error> {
    let (tell, told) = mpsc::channel(MOST_EVENTS);
    let thread = std::thread::Builder::new().name("keys".to_owned());
    let started = thread.spawn(move || {
        while !tell.is_closed() {
            let event = match event::poll(LOOK) {
                Ok(false) => continue,
                Ok(true) => event::read(),
                Err(error) => Err(error),
            };
            let failed = event.is_err();
            if tell.blocking_send(event).is_err() || failed {
                return;
            }
        }
    });
    started.map_err(|source| Error::System { what: "no threads can be started", source })?;
    Ok(told)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_held_has_a_bound_and_says_so() {
        let mut held = Held::default();
        held.take(b"first\n");
        held.take(&vec![b'x'; MOST_HELD_BYTES]);
        held.take(b"last\n");
        let said = String::from_utf8(held.said()).unwrap();
        assert!(said.starts_with("first\nlast\nmore was said"), "{said}");
        let mut held = Held::default();
        held.take(b"all\n");
        assert_eq!(held.said(), b"all\n");
    }
}
