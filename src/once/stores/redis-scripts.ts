/** The scripts of the store; Redis runs each as one step. Amounts are whole nanodollars. */

const now = `local time = redis.call('TIME')
local now = string.format('%d', time[1] * 1000 + math.floor(time[2] / 1000))`;

/** KEYS: the job. Gives the server's time in ms since 1970, and the record with its revision if there is one. */
export const readScript = `${now}
local job = redis.call('HMGET', KEYS[1], 'record', 'revision')
return { now, job[1], job[2] }`;

/**
 * KEYS: the job, the places of all records, those in its old state, those in its new state, the budgets. ARGV: the revision that was
 * read or 0, the place, the record, the number of limits; then each limit's budget, amount and most; then each budget that changes,
 * with its amount.
 */
export const writeScript = `
if (redis.call('HGET', KEYS[1], 'revision') or '0') ~= ARGV[1] then return 'changed' end
local first = 5 + 3 * tonumber(ARGV[4])
for at = 5, first - 1, 3 do
  local committed = tonumber(redis.call('HGET', KEYS[5], ARGV[at]) or '0')
  if committed + tonumber(ARGV[at + 1]) > tonumber(ARGV[at + 2]) then return 'over' end
end
for at = first, #ARGV, 2 do redis.call('HINCRBY', KEYS[5], ARGV[at], ARGV[at + 1]) end
redis.call('HSET', KEYS[1], 'record', ARGV[3])
redis.call('HINCRBY', KEYS[1], 'revision', 1)
redis.call('ZADD', KEYS[2], 0, ARGV[2])
if KEYS[3] ~= KEYS[4] then redis.call('ZREM', KEYS[3], ARGV[2]) end
redis.call('ZADD', KEYS[4], 0, ARGV[2])
return 'written'`;

/** KEYS: lists of places. ARGV: the first and last place, the number of places from each. Gives the server's time first. */
export const placesScript = `${now}
local found = { now }
for _, list in ipairs(KEYS) do
  for _, place in ipairs(redis.call('ZRANGEBYLEX', list, ARGV[1], ARGV[2], 'LIMIT', 0, ARGV[3])) do
    found[#found + 1] = place
  end
end
return found`;

/** KEYS: the jobs. Gives their records. */
export const recordsScript = `
local records = {}
for at, job in ipairs(KEYS) do records[at] = redis.call('HGET', job, 'record') end
return records`;

/** KEYS: the budgets. ARGV: the name of one. */
export const committedScript = "return redis.call('HGET', KEYS[1], ARGV[1]) or '0'";

/** KEYS: the input. ARGV: its JSON. */
export const putInputScript = "return redis.call('SET', KEYS[1], ARGV[1])";

/** KEYS: the input. */
export const getInputScript = "return redis.call('GET', KEYS[1])";

/** KEYS: the input. */
export const removeInputScript = "return redis.call('DEL', KEYS[1])";

/** Gives the facts that decide whether the server keeps its promises. Scripts may not use CONFIG, but INFO. */
export const durabilityScript = `
local function find(section, pattern) return redis.call('INFO', section):match(pattern) or '' end
return {
  find('persistence', 'aof_enabled:(%d+)'),
  find('memory', 'maxmemory_policy:([%w-]+)'),
  find('replication', 'connected_slaves:(%d+)'),
  find('replication', 'role:(%w+)')
}`;
