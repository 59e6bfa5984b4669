#!/usr/bin/env bash
# The shop in containers: `docker compose` on docker-compose.yml, with waiting, asking and backups.
set -euo pipefail

usage() {
    cat <<'END'
./docker-manager.sh COMMAND

  start                 build what changed, start, and wait until the shop answers
  stop                  stop; the data stays
  restart               stop, then start
  status                health, versions and rows
  logs [-f] [SERVICE]   what was logged; -f follows
  daybook ARGS          run the daybook command, such as: daybook demo, daybook check
  backup FILE           copy the shop, as it is at one moment, into a file
  restore FILE          replace the shop by a backup, once that is proven sound
  scale SERVICE=N ...   run N of products-service, sales-service or customers-service
  test [ARGS]           run the tests, on a MySQL of their own
  reset                 remove the shop and its data; asks first
  help                  this page

docs/containers.md tells the rest.
END
}

caller=$PWD
cd "$(dirname "${BASH_SOURCE[0]}")"
SERVICES="products-service sales-service customers-service"
MOST=10 # containers/haproxy.cfg has room for so many of a service
plain=(--file docker-compose.yml)
[ ! -e docker-compose.override.yml ] || plain+=(--file docker-compose.override.yml)
scaled=("${plain[@]}" --file docker-compose.scale.yml)
files=("${plain[@]}") counts=()

say() { printf '%s\n' "$*"; }
fail() { printf '%s\n' "$*" >&2; exit 1; }
compose() { docker compose "${files[@]}" "$@"; }
run() { compose --progress quiet run --rm "$@"; }

# The command beside the shop; where its database does not run, that comes first.
daybook_with() { # options of `run`, then `daybook` and its arguments
    [ -n "$(compose ps --status running --quiet mysql)" ] || run -T init >/dev/null
    run --no-deps "$@"
}

need_docker() {
    local version
    command -v docker >/dev/null ||
        fail "Docker is missing; https://docs.docker.com/get-docker/ tells how to install it. \`make start\` needs none."
    version=$(docker compose version --short 2>/dev/null || true)
    case ${version#v} in
        '' | 0.* | 1.* | 2.?.* | 2.1?.* | 2.2[0-3].*)
            fail "Docker Compose v2.24 or newer is missing; https://docs.docker.com/compose/install/ tells how to install it." ;;
    esac
    docker info >/dev/null 2>&1 ||
        fail "The Docker engine does not answer: is it started, and may you use it? \`docker info\` tells more."
}

# Whether the shop was scaled is known by its HAProxy, and how far by its containers.
find_replicas() {
    local service
    [ -n "$(docker compose "${scaled[@]}" ps --all --quiet haproxy)" ] || return 0
    files=("${scaled[@]}")
    for service in $SERVICES; do counts+=("$service=$(count "$service")"); done
}

count() { # of a service: its containers, one if there is none
    local containers
    containers=$(compose ps --all --quiet "$1" | grep --count .) || containers=1
    echo "$containers"
}

up() { # start, and wait until all are healthy
    local each deadline options=()
    say "Building what changed; the first time, this takes a minute or two."
    compose build --quiet
    for each in ${counts[@]+"${counts[@]}"}; do options+=(--scale "$each"); done
    compose up --detach --remove-orphans ${options[@]+"${options[@]}"} || explain
    deadline=$((SECONDS + 180))
    # `up --wait` gives up where a container was unhealthy before, and will be well in a moment
    until [ -z "$(unwell)" ]; do
        [ $SECONDS -lt $deadline ] || explain
        sleep 1
    done
}

unwell() { # the services that neither run as they should nor did what they had to
    local states
    states=$(compose ps --all --format '{{.Service}} {{.State}} {{.ExitCode}} {{.Health}}') || states=docker
    printf '%s\n' "$states" | grep --extended-regexp --invert-match \
        '^([^ ]+ running 0 (healthy)?|(secrets|init) exited 0 )$' | cut -d ' ' -f 1 | sort -u
}

explain() { # why the shop did not start
    local service words
    for service in $(unwell); do
        words=$(compose logs --no-log-prefix --tail 5 "$service" 2>/dev/null) || true
        [ -z "$words" ] || printf -- '--- the last words of %s:\n%s\n' "$service" "$words" >&2
    done
    fail "The shop did not start. ./docker-manager.sh logs tells more. Ports that are taken can be moved, by .env."
}

greet() {
    local each gateway
    gateway=$(address gateway 8050)
    say "Daybook serves the shop in ./data:"
    for each in products:8000 sales:8001 customers:8002; do
        printf '  %-10s http://%s/docs\n' "${each%:*}" "$(address "${each%:*}" "${each#*:}")"
    done
    say "  gateway    http://$gateway/docs"
    say "The first thing to try:"
    say "  ./docker-manager.sh daybook demo    # sample data, in an empty shop"
    say "  curl 'http://$gateway/report/customer-orders?customer_id=1'"
}

address() { # where this machine reaches the port of a service
    case "$1 ${files[*]}" in
        gateway*) compose port gateway "$2" ;;
        *scale*) compose port haproxy "$2" ;;
        *) compose port "$1-service" "$2" ;;
    esac
}

start() { up; greet; }

stop() { compose stop; }

status() {
    [ -n "$(compose ps --all --quiet)" ] || fail "There is no shop yet. ./docker-manager.sh start starts it."
    compose ps --all --format 'table {{.Name}}\t{{.Status}}\t{{.Ports}}'
    say
    run --no-deps -T daybook status
}

command_options() { # of `run`, so that the command finds the files that its arguments name
    local word folder
    options=(--user "$(id -u):$(id -g)")
    [ "$caller" = / ] || options+=(--workdir "$caller" --volume "$caller:$caller")
    [ -t 0 ] && [ -t 1 ] || options+=(-T)
    for word in "$@"; do
        folder=$(dirname -- "${word#*=}")
        case "$folder" in / | "$caller" | "$caller"/* | [!/]*) continue ;; esac
        case " ${options[*]} " in *" $folder:$folder "*) continue ;; esac
        [ ! -d "$folder" ] || options+=(--volume "$folder:$folder")
    done
}

daybook() {
    local options
    [ "${1:-}" != start ] || fail "./docker-manager.sh start starts the shop."
    command_options "$@"
    daybook_with "${options[@]}" daybook "$@"
}

backup() {
    local file=$1
    [ ! -e "$file" ] || fail "$file is there already, and stays as it is. Name another file."
    part=$(mktemp "$file.XXXXXX") || fail "$file cannot be written."
    trap clean_up EXIT
    daybook_with -T daybook backup - >"$part"
    # a link replaces nothing; some disks know none
    ln -- "$part" "$file" 2>/dev/null || { [ ! -e "$file" ] && mv -- "$part" "$file"; } ||
        fail "$file is there by now, and stays as it is. Name another file."
    say "The backup is in $file."
}

clean_up() { # however it ends
    [ -z "${part:-}" ] || rm -f -- "$part"
    [ -z "${stopped:-}" ] || compose up --detach --no-build
}

restore() {
    local file=$1 was
    shift
    { [ -r "$file" ] && [ ! -d "$file" ]; } || fail "$file is no file that can be read."
    compose build --quiet
    was=$(compose ps --all --quiet gateway)
    # shellcheck disable=SC2086 # they are words
    stopped=$(compose ps --status running --status restarting --quiet $SERVICES gateway)
    if [ -n "$stopped" ]; then
        run --no-deps -T daybook restore --dry-run "$@" - <"$file" # before it is stopped in vain
        trap clean_up EXIT
        # shellcheck disable=SC2086
        compose stop $SERVICES gateway # before the copy: what is sold after it would be in neither
    fi
    run -T init >/dev/null
    say "What the shop is now is kept first."
    mkdir -p backups
    backup "backups/before-restore-$(date -u +%Y%m%d-%H%M%S).db"
    run --no-deps -T init daybook restore "$@" - <"$file"
    if [ -n "$was" ] && [ -z "$stopped" ]; then
        say "./docker-manager.sh start starts the shop."
    else
        stopped=
        start
    fi
}

scale() {
    local each service number
    files=("${scaled[@]}") counts=()
    for each in "$@"; do
        service=${each%%=*} number=${each#*=}
        case " $SERVICES " in *" $service "*) ;; *) fail "Only these have replicas: $SERVICES." ;; esac
        case $number in *[!0-9]* | '' | 0* | ???*) number=$((MOST + 1)) ;; esac
        [ "$number" -le $MOST ] || fail "$each: say SERVICE=N, with N from 1 to $MOST."
    done
    for service in $SERVICES; do
        number=$(count "$service")
        for each in "$@"; do [ "${each%%=*}" != "$service" ] || number=${each#*=}; done
        counts+=("$service=$number")
    done
    case ${counts[*]} in *=1\ *=1\ *=1) files=("${plain[@]}") counts=() ;; esac
    up
    greet
}

reset() {
    local answer=${1:-}
    if [ "$answer" != --yes ]; then
        say "This removes the shop: every order, customer and product in ./data."
        say "What ./docker-manager.sh backup wrote stays. Type reset to go on:"
        read -r answer || true
        [ "$answer" = reset ] || fail "Nothing was removed."
    fi
    compose build --quiet secrets
    compose down --volumes --remove-orphans
    run --no-deps secrets rm -rf /data/mysql /data/secrets
    compose down --volumes
    say "What was in ./data is gone; ./docker-manager.sh start founds a new shop."
}

run_tests() {
    local status=0
    compose build --quiet tests
    run tests "$@" || status=$?
    compose rm --stop --force --volumes tests-mysql
    return $status
}

main() {
    local file command=${1:-help}
    [ $# -eq 0 ] || shift
    case $command in
        help | -h | --help) usage; return ;;
        start | stop | restart | status) [ $# -eq 0 ] || fail "./docker-manager.sh $command is about the whole shop." ;;
        reset) [ $# -eq 0 ] || [ "$*" = --yes ] || fail "./docker-manager.sh reset [--yes]" ;;
        logs | daybook | test) ;;
        backup) [ $# -eq 1 ] || fail "./docker-manager.sh backup FILE" ;;
        restore) [ $# -eq 1 ] || [ "${2:-}" = --despite-checks ] ||
            fail "./docker-manager.sh restore FILE [--despite-checks]" ;;
        scale) [ $# -gt 0 ] || fail "./docker-manager.sh scale SERVICE=N ..." ;;
        *) usage >&2; exit 2 ;;
    esac
    need_docker
    find_replicas
    case $command in
        restart) stop; start ;;
        logs) compose logs "$@" ;;
        test) run_tests "$@" ;;
        backup | restore)
            case $1 in /*) file=$1 ;; *) file=$caller/$1 ;; esac
            shift
            "$command" "$file" "$@" ;;
        *) "$command" "$@" ;;
    esac
}

main "$@"
