vcl 4.1;
import std;
import vsthrottle;
# Nothing stands behind it but one small file server; what is refused is refused here.
backend files { .host = "127.0.0.1"; .port = "{port_b}"; }
acl purgers { "192.0.2.10"; {purger} }
acl office { {office} }
acl banned { {banned} }
sub vcl_recv {
    if (req.method == "PURGE") {
        if (client.ip !~ purgers) { return (synth(405, "Not allowed.")); }
        return (purge);
    }
    if (req.method == "BAN" && client.ip !~ purgers) { return (synth(405, "This IP is not allowed to send BAN requests.")); }
    if (req.url ~ "^/office" && client.ip !~ office) { return (synth(403, "Forbidden")); }
    if (req.url ~ "^/listed" && client.ip ~ banned) { return (synth(403, "Forbidden")); }
    if (req.url ~ "^/admin") { return (synth(403, "Forbidden")); }
    if (req.url ~ "^/agents" && req.http.User-Agent ~ "BadBot") { return (synth(403, "Forbidden")); }
    if (req.url ~ "^/country" && req.http.X-Country == "XX") { return (synth(403, "Forbidden")); }
    if (req.url ~ "^/worded" && client.ip ~ banned) { return (synth(403, "Your IP address is blocked")); }
    if (req.url ~ "^/keys" && !req.http.Authorization) { return (synth(401, "Unauthorized")); }
    if (req.url ~ "^/slow" && vsthrottle.is_denied(client.identity, 1, 4s)) { return (synth(429, "Too Many Requests")); }
    return (pass);
}
