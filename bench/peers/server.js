/**
 * One messenger service in Node: express beside socket.io, messages in PostgreSQL by pg.
 * MODE says how a message is stored; everything else is alike.
 */
import { createServer } from "node:http";
import express from "express";
import jwt from "jsonwebtoken";
import pg from "pg";
import { Server } from "socket.io";
import { storeByBatch, storeByStatement, storeByTransaction } from "./storing.js";

const { DATABASE_URL, JWT_SECRET, MODE, PORT } = process.env;

pg.types.setTypeParser(pg.types.builtins.INT8, Number);
const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 16 });
const stores = { tx: storeByTransaction, cte: storeByStatement, batch: storeByBatch };
const store = stores[MODE](pool);

const app = express();
app.get("/healthz", (_request, response) => response.json({ ok: true }));
const http = createServer(app);
const io = new Server(http, { transports: ["websocket"] });

io.use(async (socket, next) => {
  try {
    const claims = jwt.verify(socket.handshake.auth.token, JWT_SECRET, { algorithms: ["HS256"] });
    socket.data.personId = Number(claims.sub);
    const seats = await pool.query({
      name: "seats",
      text: "SELECT conversation_id FROM participants WHERE person_id = $1",
      values: [socket.data.personId],
    });
    socket.join(seats.rows.map((row) => `conversation:${row.conversation_id}`));
    next();
  } catch {
    next(new Error("unauthorized"));
  }
});

io.on("connection", (socket) => {
  socket.on("messenger:v4:send", async (body, answer) => {
    try {
      const stored = await store({
        conversationId: Number(body.conversationId),
        senderId: socket.data.personId,
        content: body.content,
        clientNonce: body.clientNonce,
      });
      if (!stored) {
        answer({ ok: false, error: { code: "not_found" } });
        return;
      }
      const message = shapeOf(stored);
      answer({ ok: true, data: { message } });
      io.to(`conversation:${stored.conversation_id}`).emit("messenger:v4:message", {
        conversationId: message.conversationId,
        message,
      });
    } catch (error) {
      console.error(error);
      answer({ ok: false, error: { code: "failed" } });
    }
  });
});

/** The message as clients see it. */
function shapeOf(row) {
  return {
    id: String(row.id),
    conversationId: String(row.conversation_id),
    seq: row.seq,
    senderId: String(row.sender_id),
    content: row.content,
    createdAt: row.created_at.toISOString(),
  };
}

http.listen(Number(PORT), "127.0.0.1", 4096);
process.on("SIGTERM", () => process.exit(0));
