//! `trawl top`, on a terminal and where there is none.

use rustix::process::Signal;

use crate::support::node::Node;
use crate::support::screen::Screen;
use crate::support::{Place, letters, two_days_ago, until};

/// What takes a terminal, and what gives it back.
const TAKES: &str = "\x1b[?1049h";
const GIVES_BACK: &str = "\x1b[?1049l";
const SHOWS_CURSOR: &str = "\x1b[?25h";

fn top(place: &Place) -> Screen {
    let mut command = place.command(&["top", "--every", "200ms"]);
    Screen::start(command.env("TERM", "xterm"), 100, 30)
}

fn name_of(node: &Node) -> String {
    node.get("/api/v1/cluster")["nodes"][0]["name"].as_str().unwrap().to_owned()
}

#[track_caller]
fn is_given_back(screen: Screen, expected: i32) -> String {
    let (code, is_as_before, drawn) = screen.ended();
    assert_eq!(code, expected, "{drawn}");
    assert!(is_as_before, "the modes of the terminal are those of before");
    let given_back = drawn.rfind(GIVES_BACK).expect("the terminal is given back");
    assert!(drawn.rfind(TAKES) < Some(given_back));
    assert!(drawn.rfind(SHOWS_CURSOR) > drawn.rfind("\x1b[?25l"), "{drawn:?}");
    drawn[given_back..].to_owned()
}

#[test]
fn the_view_outlives_a_node_that_is_away_for_a_while() {
    let place = letters();
    let node = Node::up(&place, &[]);
    let (name, key) = (name_of(&node), node.key.clone());
    let mut screen = top(&place);
    until(|| screen.drawn().contains(&name));
    until(|| screen.drawn().contains("leads"));
    assert!(!screen.is_for_lines(), "keys come as they are pressed");
    assert_eq!(node.stop(), 0);
    until(|| screen.drawn().contains("no answer since"));

    // It listens at another address now, and has another key for the command line.
    let node = Node::up_with(&place, &[], &key);
    place.ok(&["source", "add", "archive", "t", "--hours", &two_days_ago()]);
    place.ok(&["scan", "--detach", "t"]);
    until(|| screen.drawn().contains("archive") && screen.drawn().contains("(hours)"));
    screen.press("jp");
    until(|| screen.drawn().contains("paused"));
    screen.press("q");
    let after = is_given_back(screen, 0);
    assert!(!after.contains("trawl:"), "nothing is complained of: {after:?}");
    assert_eq!(node.stop(), 0);
}

#[test]
fn a_terminal_is_given_back_whoever_ends_it() {
    let place = Place::new();
    let node = Node::up(&place, &[]);
    let name = name_of(&node);
    for signal in [Signal::TERM, Signal::HUP] {
        let screen = top(&place);
        until(|| screen.drawn().contains(&name));
        screen.signal(signal);
        is_given_back(screen, 130);
    }
    let mut screen = top(&place);
    until(|| screen.drawn().contains(&name));
    screen.press("\x03");
    is_given_back(screen, 0);
    let mut plain = place.command(&["top"]);
    plain.env("TERM", "xterm").env("NO_COLOR", "1");
    let mut screen = Screen::start(&mut plain, 100, 30);
    until(|| screen.drawn().contains(&name));
    screen.press("q");
    let coloured = |drawn: &str| drawn.contains("\x1b[32m") || drawn.contains("\x1b[38;5;");
    let (code, _, drawn) = screen.ended();
    assert_eq!((code, coloured(&drawn)), (0, false), "{drawn:?}");
}

#[test]
fn where_there_is_no_terminal_or_no_node_it_says_the_way_out() {
    let place = letters();
    let piped = place.run(&["top"]);
    assert_eq!((piped.code, piped.out.as_str()), (2, ""));
    assert!(piped.err.contains("`trawl cluster status`"), "{}", piped.err);
    let seldom = place.run(&["top", "--every", "2h"]);
    assert!(seldom.code == 2 && seldom.err.contains("from 200ms to 1h"), "{}", seldom.err);
    place.ok(&["scan", "t"]);
    let (code, is_as_before, drawn) = top(&place).ended();
    assert_eq!((code, is_as_before), (1, true));
    assert!(drawn.contains("`trawl up` starts one") && !drawn.contains(TAKES), "{drawn}");
}
