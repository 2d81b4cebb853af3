//! Texts that people write: letters, cards, tickets, chats, invoices.

use crate::draft::{Draft, Value};
use crate::kinds;
use crate::language::Field;
use crate::near;
use crate::person::Person;
use crate::random::Random;

/// What a writer of texts draws from.
#[derive(Debug)]
pub struct Desk<'a> {
    /// The corpus' seed.
    pub seed: u64,
    /// The document's own stream.
    pub random: &'a mut Random,
    /// Whether only languages that Latin-1 can write are asked for.
    pub latin: bool,
}

impl Desk<'_> {
    /// Somebody who can be written about here.
    pub fn person(&mut self) -> Person {
        loop {
            let person = Person::any(self.seed, self.random);
            let code = person.country.language;
            if !self.latin || !["pl", "zh", "ko", "ja"].contains(&code) {
                return person;
            }
        }
    }

    /// Any text, some lines long.
    pub fn any(&mut self) -> Draft {
        match self.random.below(9) {
            0..=3 => self.letter(),
            4 => self.card(),
            5 | 6 => self.ticket(),
            7 => self.chat(),
            _ => self.invoice(),
        }
    }

    /// A letter with one to four values told in its sentences.
    pub fn letter(&mut self) -> Draft {
        let person = self.person();
        let language = person.language();
        let mut draft = Draft::default();
        let greeting = self.random.pick(language.greetings).replace('#', &person.name());
        draft.say(&greeting).say("\n\n");
        let lines = self.random.between(6, 30);
        self.filler(&person, lines, &mut draft);
        for _ in 0..self.random.between(1, 3) {
            let field = *self.random.choose(&person.fields());
            self.tell(&person, field, &mut draft);
            let lines = self.random.between(2, 24);
            self.filler(&person, lines, &mut draft);
        }
        if self.random.chance(35) {
            draft.append(&near::line(self.random)).say("\n");
        }
        let farewell = self.random.pick(language.farewells);
        draft.say("\n").say(farewell).say("\n").say(&person.name()).say("\n");
        if self.random.chance(40) {
            draft.say(person.employer).say("\n").say(&person.street).say(", ");
            draft.say(person.city).say("\n");
        }
        draft
    }

    /// What is known of somebody, a line a value.
    pub fn card(&mut self) -> Draft {
        let person = self.person();
        let language = person.language();
        let mut draft = Draft::plain(format!("{}\n", person.name()));
        draft.say(&person.street).say("\n").say(person.city).say("\n");
        let separator = self.random.pick(&[": ", ":\t", " = "]);
        for field in person.fields() {
            if !self.random.chance(55) {
                continue;
            }
            let miss = self.random.chance(12);
            let value = if miss { person.near_miss(field, self.random) } else { None };
            let Some(value) = value.or_else(|| person.value(field, self.random)) else { continue };
            draft
                .say(self.random.pick(language.words(field)))
                .say(separator)
                .plant(value)
                .say("\n");
        }
        draft.say(&person.customer).say("\n");
        draft
    }

    /// A ticket of a help desk.
    pub fn ticket(&mut self) -> Draft {
        let person = self.person();
        let number = self.random.between(10_000, 99_999);
        let mut draft = Draft::plain(format!("Ticket #{number}\nOpened: "));
        let opened = near::timestamp(self.random);
        draft.say(&opened).say("\nReporter: ").say(&person.name());
        draft.say(" <").plant(Value::found(kinds::EMAIL, person.email.as_str())).say(">\n");
        draft.say("Correlation: ");
        draft.plant(Value::absent(kinds::PHONE, near::uuid(self.random))).say("\n\n");
        let lines = self.random.between(8, 32);
        self.filler(&person, lines, &mut draft);
        let field = *self.random.choose(&person.fields());
        self.tell(&person, field, &mut draft);
        if self.random.chance(50) {
            draft.say("Last sign-in from IP ");
            draft.plant(Value::found(kinds::IPV4, person.ipv4.as_str())).say("\n");
        }
        if self.random.chance(25) {
            draft.say("Device MAC address: ");
            draft.plant(Value::found(kinds::MAC, person.mac.as_str())).say("\n");
        }
        draft
    }

    /// A conversation.
    pub fn chat(&mut self) -> Draft {
        let (one, two) = (self.person(), self.person());
        let mut draft = Draft::default();
        for turn in 0..self.random.between(4, 20) {
            let speaker = if turn % 2 == 0 { &one } else { &two };
            let (hour, minute) = (self.random.below(24), self.random.below(60));
            draft.say(&format!("[{hour:02}:{minute:02}] {}: ", speaker.given));
            if self.random.chance(15) {
                let field = *self.random.choose(&speaker.fields());
                self.tell(speaker, field, &mut draft);
            } else if self.random.chance(10) {
                draft.append(&near::line(self.random)).say("\n");
            } else {
                self.filler(speaker, 1, &mut draft);
            }
        }
        draft
    }

    /// An invoice with the payer's account or card.
    pub fn invoice(&mut self) -> Draft {
        let person = self.person();
        let language = person.language();
        let mut draft = Draft::plain(format!("{}\n{}\n", person.employer, person.name()));
        draft.say(&person.street).say("\n").say(person.city).say("\n\n");
        draft.append(&near::line(self.random)).say("\n");
        for i in 1..=self.random.between(2, 6) {
            let (count, price) = (self.random.between(1, 40), self.random.between(100, 99_999));
            draft.say(&format!("{i}  {count} x {}.{:02}\n", price / 100, price % 100));
        }
        draft.say("\n");
        for field in [Field::Iban, Field::Card, Field::Email, Field::Phone] {
            if !self.random.chance(60) {
                continue;
            }
            if let Some(value) = person.value(field, self.random) {
                draft.say(self.random.pick(language.words(field))).say(": ").plant(value).say("\n");
            }
        }
        draft
    }

    /// A sentence that tells a value.
    fn tell(&mut self, person: &Person, field: Field, draft: &mut Draft) {
        let Some(value) = person.value(field, self.random) else { return };
        let language = person.language();
        let word = self.random.pick(language.words(field));
        let sentence = self.random.pick(language.telling);
        let (before, after) = sentence.split_once('@').unwrap_or((sentence, ""));
        draft.say(&before.replace('#', word)).plant(value).say(&after.replace('#', word)).say("\n");
    }

    /// Some sentences in one line.
    pub fn sentences(&mut self, person: &Person, count: u64) -> String {
        let all = person.language().sentences;
        (0..count).map(|_| self.random.pick(all)).collect::<Vec<_>>().join(" ")
    }

    /// Sentences that say nothing about anybody.
    pub fn filler(&mut self, person: &Person, lines: u64, draft: &mut Draft) {
        for _ in 0..lines {
            draft.say(self.random.pick(person.language().sentences)).say("\n");
        }
    }
}
