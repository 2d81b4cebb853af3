// seeds for the demo system. The people are invented, the numbers not reachable.
const users = [
  { name: '⟦person_name|Yannick Brehme⟧', email: '⟦email|yannick.brehme@postkiste.de⟧', phone: '⟦phone|+4917679096037⟧' },
  { name: '⟦person_name|Eulalia Puigdomènech⟧', email: '⟦email|eulalia@puigdomenech-vins.cat⟧', phone: '⟦phone|+34 634 00 44 80⟧' },
  { name: '⟦person_name|Siobhán Mac Giolla⟧', email: '⟦email|siobhan.macg@kilbride-dairy.ie⟧', phone: '⟦phone|085 526 4321⟧' },
  { name: 'Test', email: '⟦?email|test@example.com⟧', phone: '⟦?phone|555-0100⟧' },
];

const EMAIL_RE = /^[^@\s]+@[^@\s]+\.[a-z]{2,}$/i;
const PHONE_RE = /^\+?[0-9 ()-]{7,20}$/;
const LOCALHOST = '⟦!loopback|127.0.0.1⟧';

module.exports = (db) => Promise.all(users.map((u) => db.insert('users', { ...u, ip: '⟦?ipv4|203.0.113.9⟧' })));
