import { type Hash, type KnownNames, reducedText } from './hosts.ts';

/** Words of command lines that say what runs, and no more. */
const WORDS = new Set(
  `apk bash bundle cargo celery cmd consul curl deno dotnet echo exec exit flask gunicorn java ls mvn nc node npm npx nginx php
  pip pnpm poetry puma python python3 rails rake ruby sh sidekiq sleep start supervisord test true uvicorn wget yarn
  alembic flyway knex liquibase prisma sequelize typeorm manage.py
  migrate migrations migration db schema upgrade head deploy run serve server worker workers work consume consumer listen queue
  beat cron schedule scheduler daemon watch web api app main all health healthz ready status ping grep grpc_health_probe
  crond clockwork celerybeat subscriber resque rq goose dbmate up latest database migrator prefork index localhost unicorn
  cmd-shell`.split(/\s+/),
);

/** `cmd` and `shell` of Docker, and what a shell puts between commands. */
const SIGNS = /^(&&|\|\||\||;|&|>|2>&1|>\/dev\/null|-+|\d)$/;

const FLAG = /^(--?[a-z][a-z0-9-]*)(?:(=)(.*))?$/is;

const FOLDERS = new Set('app bin build code dist lib local node_modules opt sbin src srv usr .bin . .. etc'.split(' '));

const ENDING = /\.(js|mjs|cjs|ts|py|rb|jar|sh|php|dll)$/;

/** `db:migrate`, `migrate`: every part of it is a word that says what runs. */
const isWord = (text: string): boolean =>
  WORDS.has(text.toLowerCase()) || text.split(/[:._-]/).every((part) => WORDS.has(part.toLowerCase()));

/** A program by its path, every part of which is known: any other may be a secret that begins with a slash. */
function isProgram(text: string): boolean {
  const parts = text.split('/');
  const name = parts.pop() ?? '';
  return isWord(name.replace(ENDING, '')) && parts.every((part) => part === '' || FOLDERS.has(part));
}

function word(text: string, known: KnownNames, hash: Hash): string {
  if (text === '' || SIGNS.test(text) || isProgram(text) || known.words.has(text.toLowerCase())) return text;
  const [, flag, equals, value] = FLAG.exec(text) ?? [];
  // `-pPASSWORD` is how some programs take one: only long names are names for certain.
  if (flag !== undefined && (flag.startsWith('--') || flag.length === 2)) {
    return equals === undefined ? flag : `${flag}=${reducedText(value ?? '', known, hash)}`;
  }
  return reducedText(text, known, hash);
}

/** A command line whose words are known or reduced, one by one: `sh -c "migrate --url=postgres://db.internal:5432 #1f3a5c7e"`. */
export const reducedCommand = (command: readonly unknown[], known: KnownNames, hash: Hash): unknown[] =>
  command.map((one) =>
    typeof one === 'string'
      ? one
          .split(/(\s+)/)
          .map((part) => (part.trim() === '' ? part : word(part, known, hash)))
          .join('')
      : one,
  );
