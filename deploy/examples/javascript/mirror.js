// Reads the status topics from their beginning to their end, and prints every task as JSON.
import { randomUUID } from 'node:crypto';
import { Kafka, logLevel } from 'kafkajs';

const [servers, prefix = 'relight'] = process.argv.slice(2);
if (!servers) {
  console.error('usage: node mirror.js BOOTSTRAP_SERVERS [PREFIX]');
  process.exit(2);
}
const topics = { [`${prefix}.task-status`]: onTask, [`${prefix}.subtask-status`]: onSubtask };
const tasks = new Map();

function taskOf(event) {
  if (!tasks.has(event.taskId)) {
    tasks.set(event.taskId, { version: 0, subtaskCount: 0, state: {}, subtasks: new Map() });
  }
  return tasks.get(event.taskId);
}

// Any event may come again, and behind newer ones: only a higher version says something new.
function onTask(version, event) {
  const task = taskOf(event);
  task.subtaskCount = event.subtaskCount ?? task.subtaskCount; // said by the first event alone
  if (version > task.version) {
    const { name, creator, status, operation } = event;
    Object.assign(task, { version, state: { name, creator, status, operation } });
  }
}

function onSubtask(version, event) {
  const { subtasks } = taskOf(event);
  if (version > (subtasks.get(event.subtaskId)?.version ?? 0)) {
    subtasks.set(event.subtaskId, { version, event });
  }
}

// Ids of a task's subtasks are consecutive; the first one is READY at once, and has an event.
function shown({ state, subtasks, subtaskCount }) {
  const first = Math.min(...subtasks.keys());
  const all = {};
  for (let id = first; id < first + subtaskCount; id++) {
    all[id] = subtasks.get(id)?.event ?? { status: 'PENDING', operation: 'EXECUTE', attempt: 1 };
  }
  return { ...state, subtasks: all };
}

const kafka = new Kafka({ brokers: servers.split(','), logLevel: logLevel.ERROR });

// What is to be read: up to where each partition reaches now.
const admin = kafka.admin();
await admin.connect();
const left = new Map();
for (const topic of Object.keys(topics)) {
  for (const { partition, low, high } of await admin.fetchTopicOffsets(topic)) {
    if (BigInt(high) > BigInt(low)) left.set(`${topic} ${partition}`, BigInt(high));
  }
}

// A group of its own: the state is in memory, so every start reads all that the topics keep.
const groupId = `${prefix}-mirror-${randomUUID()}`;
const consumer = kafka.consumer({ groupId });
await consumer.connect();
await consumer.subscribe({ topics: Object.keys(topics), fromBeginning: true });
await new Promise((done) => {
  if (left.size === 0) done();
  consumer.run({
    autoCommit: false,
    eachMessage: async ({ topic, partition, message }) => {
      topics[topic](Number(message.headers.ce_taskversion), JSON.parse(message.value));
      const end = left.get(`${topic} ${partition}`);
      if (end !== undefined && BigInt(message.offset) + 1n >= end) {
        left.delete(`${topic} ${partition}`);
        if (left.size === 0) done();
      }
    },
  });
});
await consumer.disconnect();
await admin.deleteGroups([groupId]).catch(() => {}); // the broker forgets it by itself, too
await admin.disconnect();
console.log(JSON.stringify(Object.fromEntries([...tasks].map(([id, task]) => [id, shown(task)]))));
