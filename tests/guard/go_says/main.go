// What net/http's CrossOriginProtection decides on each row of the table: requests on standard input, decisions on standard output.
package main

import (
	"encoding/json"
	"net/http"
	"net/url"
	"os"
)

type asked struct {
	Method  string
	Host    string
	Headers [][2]string
	Trusted []string
}

func main() {
	var every []asked
	if err := json.NewDecoder(os.Stdin).Decode(&every); err != nil {
		panic(err)
	}
	said := make([]string, 0, len(every))
	for _, one := range every {
		check := http.NewCrossOriginProtection()
		for _, origin := range one.Trusted {
			if err := check.AddTrustedOrigin(origin); err != nil {
				panic(err)
			}
		}
		request := &http.Request{Method: one.Method, Host: one.Host, Header: http.Header{}, URL: &url.URL{Path: "/here"}}
		for _, field := range one.Headers {
			request.Header.Add(field[0], field[1])
		}
		if check.Check(request) == nil {
			said = append(said, "admit")
		} else {
			said = append(said, "refuse")
		}
	}
	json.NewEncoder(os.Stdout).Encode(said)
}
