package main

import (
	"context"
	"fmt"
	"log"
	"net/http"

	"github.com/google/go-github/v57/github"
	"golang.org/x/oauth2"
)

const (
	// bot account, scope repo + read:org, expires never
	ghToken = "⟦github.token|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⟧"
	org     = "moorbruecke"
)

func client(ctx context.Context) *http.Client {
	ts := oauth2.StaticTokenSource(&oauth2.Token{AccessToken: ghToken})
	return oauth2.NewClient(ctx, ts)
}

func main() {
	ctx := context.Background()
	gh := github.NewClient(client(ctx))
	opt := &github.RepositoryListByOrgOptions{ListOptions: github.ListOptions{PerPage: 100}}
	for {
		repos, resp, err := gh.Repositories.ListByOrg(ctx, org, opt)
		if err != nil {
			log.Fatalf("list: %v", err)
		}
		for _, r := range repos {
			fmt.Printf("%s\t%s\n", r.GetFullName(), r.GetPushedAt())
		}
		if resp.NextPage == 0 {
			break
		}
		opt.Page = resp.NextPage
	}
}

// go.sum has h1:⟦!module hash|YVxCpdX9Fx2QgZKONj3/j/Qke/bCP++48ApsemGd7pU=⟧ for this
