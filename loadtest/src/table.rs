//! Tables: exports of personnel, customers, payments, devices.

use crate::draft::{Draft, Value};
use crate::kinds;
use crate::language::{self, Field};
use crate::near;
use crate::person::Person;
use crate::prose::Desk;
use crate::random::Random;

/// A table with its cells.
#[derive(Debug, Clone)]
pub struct Table {
    /// Its name, plain letters.
    pub name: &'static str,
    /// Names of its columns.
    pub columns: Vec<String>,
    /// Its rows, each with a cell a column.
    pub rows: Vec<Vec<Draft>>,
}

/// Any table of so many rows.
pub fn any(desk: &mut Desk<'_>, rows: u64) -> Table {
    match desk.random.below(4) {
        0 | 1 => personnel(desk, rows),
        2 => customers(desk, rows),
        _ => payments(desk, rows),
    }
}

/// People of one country, with its national number.
fn personnel(desk: &mut Desk<'_>, rows: u64) -> Table {
    let seed = desk.seed;
    let first = desk.person();
    let local = desk.random.chance(35);
    let fields: Vec<Field> = first.fields();
    let mut columns = vec!["employee_no".to_owned(), "name".to_owned()];
    for field in &fields {
        let list = if local { first.language().words(*field) } else { language::column(*field) };
        columns.push(desk.random.pick(list).to_owned());
    }
    columns.extend(["start_date", "department", "review"].map(str::to_owned));
    let people = Cast::of(seed, first.country.code, desk.random);
    let rows = (0..rows)
        .map(|row| {
            let person = people.pick(desk.random);
            let mut cells =
                vec![Draft::plain(format!("E{:05}", row + 1)), Draft::plain(person.name())];
            for field in &fields {
                cells.push(cell(person, *field, desk.random));
            }
            let start = near::timestamp(desk.random);
            cells.push(if row % 8 == 0 {
                Draft::of(Value::absent(kinds::BIRTH, &start[..10]))
            } else {
                Draft::plain(&start[..10])
            });
            cells.push(Draft::plain(desk.random.pick(&["Sales", "Finance", "Works", "Care"])));
            let count = desk.random.between(20, 70);
            cells.push(Draft::plain(desk.sentences(person, count)));
            cells
        })
        .collect();
    Table { name: "personnel", columns, rows }
}

/// Some people of one country: drawing each anew would take long in a large table.
struct Cast(Vec<Person>);

impl Cast {
    fn of(seed: u64, code: &str, random: &mut Random) -> Self {
        Self((0..40).map(|_| Person::from_country(seed, code, random)).collect())
    }

    fn pick<'a>(&'a self, random: &mut Random) -> &'a Person {
        random.choose(&self.0)
    }
}

fn cell(person: &Person, field: Field, random: &mut Random) -> Draft {
    if random.chance(4) {
        return Draft::default();
    }
    person.value(field, random).map(Draft::of).unwrap_or_default()
}

fn customers(desk: &mut Desk<'_>, rows: u64) -> Table {
    let columns = ["customer_id", "name", "company", "email", "phone", "street", "city", "notes"];
    let rows = (0..rows)
        .map(|_| {
            let person = desk.person();
            let mut notes = Draft::default();
            match desk.random.below(8) {
                0 => {
                    notes.say("Call back, phone ");
                    if let Some(value) = person.value(Field::Phone, desk.random) {
                        notes.plant(value);
                    }
                    notes.say(" after \"five\", please; thanks");
                }
                1 => {
                    notes.append(&near::line(desk.random));
                }
                _ => {
                    let count = desk.random.between(5, 35);
                    notes.say(&desk.sentences(&person, count));
                }
            }
            vec![
                Draft::plain(person.customer.as_str()),
                Draft::plain(person.name()),
                Draft::plain(person.employer),
                cell(&person, Field::Email, desk.random),
                cell(&person, Field::Phone, desk.random),
                Draft::plain(person.street.as_str()),
                Draft::plain(person.city),
                notes,
            ]
        })
        .collect();
    Table { name: "customers", columns: columns.map(str::to_owned).to_vec(), rows }
}

fn payments(desk: &mut Desk<'_>, rows: u64) -> Table {
    let columns =
        ["transaction_id", "booked_at", "card_number", "amount", "currency", "ip_address", "memo"];
    let rows = (0..rows)
        .map(|_| {
            let person = desk.person();
            let amount = desk.random.between(100, 999_999);
            let id = near::uuid(desk.random);
            let booked = near::timestamp(desk.random);
            let memo = if desk.random.chance(80) { desk.random.between(8, 40) } else { 0 };
            vec![
                Draft::plain(id),
                Draft::plain(booked),
                cell(&person, Field::Card, desk.random),
                Draft::plain(format!("{}.{:02}", amount / 100, amount % 100)),
                Draft::plain(desk.random.pick(&["EUR", "USD", "GBP"])),
                Draft::of(Value::found(kinds::IPV4, person.ipv4.as_str())),
                Draft::plain(desk.sentences(&person, memo)),
            ]
        })
        .collect();
    Table { name: "payments", columns: columns.map(str::to_owned).to_vec(), rows }
}
