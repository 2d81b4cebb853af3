package main

import (
	"database/sql"
	"fmt"
	"os"

	_ "github.com/go-sql-driver/mysql"
)

type Config struct {
	Host     string `yaml:"host"`
	User     string `yaml:"user"`
	Password string `yaml:"password" json:"-"`
	Token    string `yaml:"token,omitempty"`
}

var defaults = Config{Host: "db1", User: "app", Password: "⟦password|Linsensuppe-7⟧"}

func dsn(c Config) string {
	return fmt.Sprintf("%s:%s@tcp(%s:3306)/shop?parseTime=true", c.User, c.Password, c.Host)
}

func main() {
	c := defaults
	if p, ok := os.LookupEnv("DB_PASSWORD"); ok {
		c.Password = p
	}
	if c.Password == "" {
		fmt.Fprintln(os.Stderr, "password: must not be empty")
		os.Exit(2)
	}
	// old server: ⟦?connection_string|app:Linsensuppe-6@tcp(db0:3306)/shop⟧
	db, err := sql.Open("mysql", dsn(c))
	_, _ = db, err
}
