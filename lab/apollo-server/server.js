// Apollo Server by itself: its CSRF prevention, introspection off, and errors with codes from context and resolvers.
"use strict";
const { ApolloServer } = require("@apollo/server");
const { startStandaloneServer } = require("@apollo/server/standalone");
const { GraphQLError } = require("graphql");

const refuse = (message, code, status) => { throw new GraphQLError(message, { extensions: { code, http: { status } } }); };
const server = new ApolloServer({
  typeDefs: "type Query { open: Boolean, orders: Boolean, reports: Boolean }",
  resolvers: { Query: {
    open: () => true,
    // the rule: a login
    orders: (_, __, { user }) => user ? true : refuse("You must be logged in to query orders", "UNAUTHENTICATED", 401),
    // the rule: a role
    reports: (_, __, { user }) => user === "ann" ? true : refuse("You do not have permission to read reports", "FORBIDDEN", 403),
  } },
  introspection: process.argv[3] === "on", persistedQueries: false, csrfPrevention: true, includeStacktraceInErrorResponses: false,
});
const USERS = { "Bearer example-ann": "ann", "Bearer example-bob": "bob" };
startStandaloneServer(server, { listen: { port: Number(process.argv[2]), host: "127.0.0.1" }, context: async ({ req }) => ({ user: USERS[req.headers.authorization] }) });
