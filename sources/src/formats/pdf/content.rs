//! Content streams (ISO 32000-1, 7.8 to 9.4): what is drawn where, as far as it is text.

use std::collections::HashMap;
use std::rc::Rc;

use super::file::File;
use super::font::Font;
use super::layout::{Layout, Spot};
use super::object::{Dict, Lexer, Object, text_string};

/// Operators of one page, with all the forms that it draws.
const MAX_OPERATORS: usize = 2_000_000;
/// Forms within forms.
const MAX_FORMS: usize = 8;
/// Saved graphics states.
const MAX_STATES: usize = 256;
/// Operands of one operator.
const MAX_OPERANDS: usize = 64;
/// Fonts that are kept.
const MAX_FONTS: usize = 32;

/// The fonts of a document that have been read.
#[derive(Default)]
pub(crate) struct Fonts(HashMap<u32, Rc<Font>>);

/// What came of a page.
#[derive(Default)]
pub(crate) struct Drawn {
    pub(crate) layout: Layout,
    /// It draws an image, which may show text.
    pub(crate) has_image: bool,
    /// A bound was met, and what is behind it is missing.
    pub(crate) cut: bool,
}

/// A transformation, as a matrix of six numbers.
#[derive(Clone, Copy)]
struct Matrix([f64; 6]);

impl Matrix {
    const ONE: Self = Self([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);

    fn of(operands: &[Object]) -> Option<Self> {
        let mut numbers = [0.0; 6];
        for (number, operand) in numbers.iter_mut().zip(operands.get(..6)?) {
            *number = operand.number()?;
        }
        Some(Self(numbers))
    }

    /// This one first, then the other.
    fn then(self, other: Self) -> Self {
        let ([a, b, c, d, e, f], [g, h, i, j, k, l]) = (self.0, other.0);
        Self([
            a * g + b * i,
            a * h + b * j,
            c * g + d * i,
            c * h + d * j,
            e * g + f * i + k,
            e * h + f * j + l,
        ])
    }

    fn apply(self, x: f64, y: f64) -> (f64, f64) {
        let [a, b, c, d, e, f] = self.0;
        (a * x + c * y + e, b * x + d * y + f)
    }
}

#[derive(Clone)]
struct State {
    page: Matrix,
    font: Option<Rc<Font>>,
    size: f64,
    letter_space: f64,
    word_space: f64,
    stretch: f64,
    leading: f64,
    rise: f64,
}

impl State {
    fn new(page: Matrix) -> Self {
        Self {
            page,
            font: None,
            size: 0.0,
            letter_space: 0.0,
            word_space: 0.0,
            stretch: 1.0,
            leading: 0.0,
            rise: 0.0,
        }
    }
}

/// Draws content into a page's layout.
pub(crate) struct Interpreter<'a, 'f> {
    file: &'a mut File<'f>,
    fonts: &'a mut Fonts,
    drawn: &'a mut Drawn,
    operators: usize,
}

/// What is of one stream of content.
struct Frame<'r> {
    resources: &'r Dict,
    named_fonts: HashMap<Vec<u8>, Option<Rc<Font>>>,
    state: State,
    saved: Vec<State>,
    text: Matrix,
    line: Matrix,
    /// Marked content within which a text of its own stands for what is drawn: how deep it was
    /// opened, and the text until it is given.
    actual: Option<(usize, Option<String>)>,
    marked: usize,
    depth: usize,
}

impl<'a, 'f> Interpreter<'a, 'f> {
    pub(crate) fn new(file: &'a mut File<'f>, fonts: &'a mut Fonts, drawn: &'a mut Drawn) -> Self {
        Self { file, fonts, drawn, operators: 0 }
    }

    /// Draws a page's content.
    pub(crate) fn page(&mut self, content: &[u8], resources: &Dict) {
        self.run(content, resources, State::new(Matrix::ONE), 0);
    }

    fn run(&mut self, content: &[u8], resources: &Dict, state: State, depth: usize) {
        let mut frame = Frame {
            resources,
            named_fonts: HashMap::new(),
            state,
            saved: Vec::new(),
            text: Matrix::ONE,
            line: Matrix::ONE,
            actual: None,
            marked: 0,
            depth,
        };
        let mut lexer = Lexer::new(content, 0);
        let mut operands = Vec::new();
        while let Some(token) = lexer.token() {
            match token {
                Object::Word(word) => {
                    self.operators += 1;
                    if self.operators > MAX_OPERATORS || self.file.is_spent() {
                        self.drawn.cut = true;
                        return;
                    }
                    if word == b"ID" {
                        self.drawn.has_image = true;
                        lexer.at = end_of_inline_image(content, lexer.at);
                    } else {
                        self.operator(&mut frame, &word, &operands);
                    }
                    operands.clear();
                }
                operand => {
                    if operands.len() >= MAX_OPERANDS {
                        operands.remove(0);
                    }
                    operands.push(operand);
                }
            }
        }
    }

    fn operator(&mut self, frame: &mut Frame<'_>, word: &[u8], operands: &[Object]) {
        let number = |i: usize| operands.get(i).and_then(Object::number).unwrap_or(0.0);
        match word {
            b"q" if frame.saved.len() < MAX_STATES => frame.saved.push(frame.state.clone()),
            b"Q" => frame.state = frame.saved.pop().unwrap_or_else(|| frame.state.clone()),
            b"cm" => {
                if let Some(matrix) = Matrix::of(operands) {
                    frame.state.page = matrix.then(frame.state.page);
                }
            }
            b"BT" => (frame.text, frame.line) = (Matrix::ONE, Matrix::ONE),
            b"Tf" => {
                frame.state.size = number(1);
                if let Some(name) = operands.first().and_then(Object::name) {
                    frame.state.font = self.font(frame, name);
                }
            }
            b"Tc" => frame.state.letter_space = number(0),
            b"Tw" => frame.state.word_space = number(0),
            b"Tz" => frame.state.stretch = number(0) / 100.0,
            b"TL" => frame.state.leading = number(0),
            b"Ts" => frame.state.rise = number(0),
            b"Td" => frame.next_line(number(0), number(1)),
            b"TD" => {
                frame.state.leading = -number(1);
                frame.next_line(number(0), number(1));
            }
            b"Tm" => {
                if let Some(matrix) = Matrix::of(operands) {
                    (frame.text, frame.line) = (matrix, matrix);
                }
            }
            b"T*" => frame.next_line(0.0, -frame.state.leading),
            b"Tj" => self.show(frame, operands.first()),
            b"'" => {
                frame.next_line(0.0, -frame.state.leading);
                self.show(frame, operands.first());
            }
            b"\"" => {
                (frame.state.word_space, frame.state.letter_space) = (number(0), number(1));
                frame.next_line(0.0, -frame.state.leading);
                self.show(frame, operands.get(2));
            }
            b"TJ" => self.show_spaced(frame, operands.first()),
            b"BMC" => frame.marked += 1,
            b"BDC" => self.begin_marked(frame, operands.get(1)),
            b"EMC" => frame.end_marked(),
            b"Do" => {
                if let Some(name) = operands.first().and_then(Object::name) {
                    self.draw_object(frame, name);
                }
            }
            _ => {}
        }
    }

    fn show_spaced(&mut self, frame: &mut Frame<'_>, items: Option<&Object>) {
        let Some(Object::Array(items)) = items else { return };
        for item in items {
            match item {
                Object::Number(back) => {
                    let by = -back / 1000.0 * frame.state.size * frame.state.stretch;
                    frame.text = Matrix([1.0, 0.0, 0.0, 1.0, by, 0.0]).then(frame.text);
                }
                other => self.show(frame, Some(other)),
            }
        }
    }

    fn show(&mut self, frame: &mut Frame<'_>, string: Option<&Object>) {
        let Some(Object::Text(string)) = string else { return };
        let Some(font) = frame.state.font.clone() else { return };
        self.operators += string.len() / 8;
        for glyph in font.glyphs(string) {
            let state = &frame.state;
            let spaced = state.letter_space + if glyph.is_space { state.word_space } else { 0.0 };
            let width = glyph.width * state.size * state.stretch;
            let advance = width + spaced * state.stretch;
            let matrix = frame.text.then(state.page);
            let start = matrix.apply(0.0, state.rise);
            let end = matrix.apply(width, state.rise);
            let top = matrix.apply(0.0, state.rise + state.size);
            let size = (top.0 - start.0).hypot(top.1 - start.1);
            let spot = Spot { start, end, size };
            match &mut frame.actual {
                Some((_, text)) => {
                    if let Some(text) = text.take() {
                        self.drawn.layout.glyph(&cleaned(&text), spot);
                    } else {
                        self.drawn.layout.pass(spot);
                    }
                }
                None => self.drawn.layout.glyph(&cleaned(&glyph.text), spot),
            }
            frame.text = Matrix([1.0, 0.0, 0.0, 1.0, advance, 0.0]).then(frame.text);
        }
    }

    fn font(&mut self, frame: &mut Frame<'_>, name: &[u8]) -> Option<Rc<Font>> {
        if let Some(font) = frame.named_fonts.get(name) {
            return font.clone();
        }
        let fonts = self.file.dict_at(frame.resources, b"Font")?;
        let object = fonts.get(name)?;
        let font = self.read_font(object);
        if frame.named_fonts.len() < MAX_FONTS {
            frame.named_fonts.insert(name.to_vec(), font.clone());
        }
        font
    }

    fn read_font(&mut self, object: &Object) -> Option<Rc<Font>> {
        let number = match object {
            Object::Reference(number) => Some(*number),
            _ => None,
        };
        if let Some(font) = number.and_then(|number| self.fonts.0.get(&number)) {
            return Some(Rc::clone(font));
        }
        let dict = self.file.dict(object)?;
        let font = Rc::new(Font::read(self.file, &dict));
        if self.fonts.0.len() >= MAX_FONTS {
            self.fonts.0.clear();
        }
        number.map(|number| self.fonts.0.insert(number, Rc::clone(&font)));
        Some(font)
    }

    fn begin_marked(&mut self, frame: &mut Frame<'_>, properties: Option<&Object>) {
        frame.marked += 1;
        if frame.actual.is_some() {
            return;
        }
        let properties = match properties {
            Some(Object::Dict(dict)) => Some(dict.clone()),
            Some(Object::Name(name)) => {
                let named = self.file.dict_at(frame.resources, b"Properties");
                named.and_then(|named| self.file.dict_at(&named, name))
            }
            _ => None,
        };
        if let Some(Object::Text(text)) = properties.as_ref().and_then(|p| p.get(b"ActualText")) {
            frame.actual = Some((frame.marked, Some(text_string(text))));
        }
    }

    fn draw_object(&mut self, frame: &Frame<'_>, name: &[u8]) {
        let objects = self.file.dict_at(frame.resources, b"XObject");
        let stream = objects.and_then(|o| self.file.stream(o.get(name)?));
        let Some(stream) = stream else { return };
        if stream.dict.is(b"Subtype", b"Image") {
            self.drawn.has_image = true;
            return;
        }
        if frame.depth >= MAX_FORMS {
            self.drawn.cut = true;
            return;
        }
        let Ok(content) = self.file.decode(&stream) else {
            self.drawn.cut = true;
            return;
        };
        let own = self.file.dict_at(&stream.dict, b"Resources");
        let matrix = match self.file.value(&stream.dict, b"Matrix") {
            Object::Array(numbers) => Matrix::of(&numbers),
            _ => None,
        };
        let mut state = frame.state.clone();
        state.page = matrix.unwrap_or(Matrix::ONE).then(state.page);
        let resources = own.as_ref().unwrap_or(frame.resources);
        self.run(&content, resources, state, frame.depth + 1);
    }
}

impl Frame<'_> {
    fn next_line(&mut self, x: f64, y: f64) {
        self.line = Matrix([1.0, 0.0, 0.0, 1.0, x, y]).then(self.line);
        self.text = self.line;
    }

    fn end_marked(&mut self) {
        if self.actual.as_ref().is_some_and(|(opened, _)| *opened >= self.marked) {
            self.actual = None;
        }
        self.marked = self.marked.saturating_sub(1);
    }
}

/// Without what is only for show: a value with a soft space in it is the value with a space.
fn cleaned(text: &str) -> String {
    text.chars()
        .filter_map(|c| match c {
            '\u{A0}' | '\u{2007}' | '\u{202F}' | '\u{2009}' => Some(' '),
            '\u{AD}' => Some('-'),
            '\u{FB01}' | '\u{FB02}' | '\u{FB00}' | '\u{FB03}' | '\u{FB04}' => Some(c),
            c if c.is_control() => None,
            c => Some(c),
        })
        .flat_map(|c| match c {
            '\u{FB00}' => vec!['f', 'f'],
            '\u{FB01}' => vec!['f', 'i'],
            '\u{FB02}' => vec!['f', 'l'],
            '\u{FB03}' => vec!['f', 'f', 'i'],
            '\u{FB04}' => vec!['f', 'f', 'l'],
            c => vec![c],
        })
        .collect()
}

/// Where an inline image ends: at an `EI` that stands alone.
fn end_of_inline_image(content: &[u8], from: usize) -> usize {
    let alone = |at: usize| {
        let before = content.get(at.wrapping_sub(1)).is_none_or(u8::is_ascii_whitespace);
        before && content.get(at + 2).is_none_or(u8::is_ascii_whitespace)
    };
    memchr::memmem::find_iter(&content[from..], b"EI")
        .map(|at| from + at)
        .find(|at| alone(*at))
        .map_or(content.len(), |at| at + 2)
}
