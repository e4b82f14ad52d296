// Completions of bash, zsh and fish. The data is the same for all three, made from the tree: for each command
// what its options and places take. Names of wallets and contacts are read from the data directory itself by
// the shell, for a process that holds it would refuse a second one.
#include <cli/builtin/help_text.hpp>
#include <cli/builtin/spec_words.hpp>
#include <cli/grammar/parser.hpp>
#include <cli/launch/options.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <sstream>

namespace cairn::cli {

namespace {

/// What may stand in a place, as one word: @KIND, or the choices with commas between.
std::string kind_word(Kind kind, const std::vector<std::string>& choices) {
    if (!choices.empty()) {
        std::string word;
        for (const auto& choice : choices) word += (word.empty() ? "" : ",") + choice;
        return word;
    }
    switch (kind) {
    case Kind::file:
    case Kind::out_file:
        return "@file";
    case Kind::wallet:
        return "@wallet";
    case Kind::contact:
        return "@contact";
    case Kind::recipient:
        return "@recipient";
    case Kind::block:
        return "tip";
    default:
        return "@any";
    }
}

/// "--fee=@any --dry-run": an option without a value that must follow stands alone.
std::string options_line(const std::vector<Option>& options) {
    std::string line;
    for (const Option* option : shown_options(options)) {
        const bool takes = !option->value.empty() && option->implied.empty();
        for (const auto& name : {option->name, option->short_name})
            if (!name.empty())
                line += (line.empty() ? "" : " ") + name +
                        (takes ? "=" + kind_word(option->kind, option->choices) : "");
    }
    return line;
}

std::string places_line(const CommandSpec& spec) {
    std::string line;
    for (const auto& positional : spec.positionals)
        line += (line.empty() ? "" : " ") + kind_word(positional.kind, positional.choices);
    if (spec.rest == "COMMAND" || spec.rest == "-- COMMAND") // of another command, or what `help` is about
        line += (line.empty() ? "" : " ") + std::string(spec.path == "help" ? "@help" : "@command");
    return line;
}

std::string verbs_line(const CommandTree& tree, const std::string& noun) {
    std::string line;
    for (const CommandSpec* spec : members_of(tree, noun))
        if (spec->path != noun) line += (line.empty() ? "" : " ") + spec->path.substr(noun.size() + 1);
    return line;
}

std::string joined(const std::vector<std::string>& words) {
    std::string line;
    for (const auto& word : words) line += (line.empty() ? "" : " ") + word;
    return line;
}

/// The tables, as functions that bash and zsh both read.
std::string shell_tables(const CommandTree& tree) {
    std::string text = "_cairn_nouns='" + joined(nouns_of(tree)) + "'\n_cairn_launch='" +
                       options_line(launch_spec().options) + " --help'\n_cairn_common='" +
                       options_line(common_options()) +
                       " --help'\n\n_cairn_about() {\n"
                       "  takes='' places='' verbs=''\n  case \"$1\" in\n";
    for (const auto& noun : nouns_of(tree)) {
        const auto verbs = verbs_line(tree, noun);
        const CommandSpec* alone = tree.find(noun);
        if (!verbs.empty() && !alone) text += fmt::format("    '{}') verbs='{}' ;;\n", noun, verbs);
        for (const CommandSpec* spec : members_of(tree, noun)) {
            text += "    '" + spec->path + "')";
            if (spec == alone && !verbs.empty()) text += " verbs='" + verbs + "'";
            text += " takes='" + options_line(spec->options) + "' places='" + places_line(*spec) + "' ;;\n";
        }
    }
    return text + "  esac\n}\n";
}

/// What bash and zsh share: `words` and `files` become what the word at hand can be.
constexpr auto shell_logic = R"sh(
_cairn_kind_of() { # the option: what its value is, in `kind`; empty where none follows
  local each
  kind=''
  for each in $takes $known; do
    case "$each" in "$1="*) kind="${each#*=}" ;; esac
  done
}

_cairn_wallets() {
  local file
  for file in "$place"/wallets/*.wallet; do
    [ -e "$file" ] || continue
    file="${file##*/}"
    words="$words ${file%.wallet}"
  done
}

_cairn_contacts() {
  local name rest
  [ -r "$place/contacts" ] || return
  while read -r name rest; do
    [ "$name" = cairn-contacts ] || words="$words $name"
  done < "$place/contacts"
}

_cairn_candidates() { # the word at hand, then those before it
  local cur="$1" noun='' verb='' kind='' option='' count=0 known="$_cairn_launch" word each
  local takes='' places='' verbs='' place="${XDG_DATA_HOME:-$HOME/.local/share}/cairn"
  local profile=default datadir='' helping=''
  shift
  words='' files=''
  for word in "$@"; do
    [ "$word" = '=' ] && continue
    if [ -n "$kind" ]; then
      case "$option" in --profile) profile="$word" ;; --datadir) datadir="$word" ;; esac
      kind=''
      continue
    fi
    case "$word" in
      --datadir=*) datadir="${word#*=}" ;;
      --profile=*) profile="${word#*=}" ;;
      -*) option="$word"; _cairn_kind_of "$word" ;;
      *)
        if [ -z "$noun" ]; then
          noun="$word" known="$_cairn_common"
          _cairn_about "$noun"
        elif [ -z "$verb" ] && [ "$count" = 0 ] && [ "${verbs#*"$word"}" != "$verbs" ]; then
          verb="$word"
          _cairn_about "$noun $verb"
        else
          each=0
          for kind in $places; do
            [ "$each" = "$count" ] && break
            each=$((each + 1)) kind=''
          done
          count=$((count + 1))
          if [ "$kind" = @command ] || [ "$kind" = @help ]; then
            [ "$kind" = @help ] && helping=1
            noun="$word" verb='' count=0
            _cairn_about "$noun"
          fi
          kind=''
        fi ;;
    esac
  done
  place="${datadir:-$place/$profile}"
  if [ "$cur" = '=' ]; then cur=''; fi
  if [ -z "$kind" ]; then
    case "$cur" in
      -*)
        for each in $takes $known; do words="$words ${each%%=*}"; done
        return ;;
    esac
    if [ -z "$noun" ]; then words="$_cairn_nouns"; return; fi
    [ -z "$verb" ] && [ "$count" = 0 ] && words="$verbs"
    if [ -n "$helping" ]; then return; fi
    each=0
    for kind in $places; do
      [ "$each" = "$count" ] && break
      each=$((each + 1)) kind=''
    done
  fi
  case "$kind" in
    '') ;;
    @file) files=1 ;;
    @wallet) _cairn_wallets ;;
    @contact) _cairn_contacts ;;
    @recipient) _cairn_wallets; _cairn_contacts ;;
    @command | @help) words="$words $_cairn_nouns" ;;
    @*) ;;
    *) while [ -n "$kind" ]; do
         words="$words ${kind%%,*}"
         case "$kind" in *,*) kind="${kind#*,}" ;; *) kind='' ;; esac
       done ;;
  esac
}
)sh";

constexpr auto bash_end = R"sh(
_cairn() {
  local words files cur="${COMP_WORDS[COMP_CWORD]}"
  _cairn_candidates "$cur" "${COMP_WORDS[@]:1:COMP_CWORD-1}"
  [ "$cur" = '=' ] && cur=''
  COMPREPLY=()
  [ -n "$words" ] && COMPREPLY=($(compgen -W "$words" -- "$cur"))
  if [ -n "$files" ]; then
    compopt -o filenames 2> /dev/null
    while IFS= read -r file; do COMPREPLY+=("$file"); done < <(compgen -f -- "$cur")
  fi
}
complete -F _cairn cairn
)sh";

constexpr auto zsh_end = R"sh(
_cairn_here() {
  setopt localoptions shwordsplit nullglob
  local cur="${words[CURRENT]}" before=("${(@)words[2,CURRENT-1]}") found files
  () { local words; _cairn_candidates "$@"; found="$words" } "$cur" "${before[@]}"
  [ -n "$found" ] && compadd -- ${=found}
  [ -n "$files" ] && _files
  return 0
}
if [ "$0" = _cairn ]; then _cairn_here "$@"; else compdef _cairn_here cairn; fi
)sh";

std::string fish_quoted(std::string_view text) {
    std::string out = "'";
    for (const char c : text) {
        if (c == '\'' || c == '\\') out += '\\';
        out += c;
    }
    return out + "'";
}

/// The words that fish offers for a place or a value; empty: any.
std::string fish_words(const std::string& kind) {
    if (kind == "@file") return "-F";
    if (kind == "@wallet") return "-a '(__cairn_wallets)'";
    if (kind == "@contact") return "-a '(__cairn_contacts)'";
    if (kind == "@recipient") return "-a '(__cairn_wallets; __cairn_contacts)'";
    if (kind == "@command" || kind == "@help") return "-a '$__cairn_nouns'";
    if (kind.empty() || kind[0] == '@') return {};
    std::string choices = kind;
    std::replace(choices.begin(), choices.end(), ',', ' ');
    return "-a " + fish_quoted(choices);
}

std::string fish_options(const std::vector<Option>& options, const std::string& condition) {
    std::string text;
    for (const Option* option : shown_options(options)) {
        text += "complete -c cairn -n " + fish_quoted(condition) + " -l " + option->name.substr(2);
        if (!option->short_name.empty()) text += " -s " + option->short_name.substr(1);
        if (!option->value.empty() && option->implied.empty()) {
            const auto kind = kind_word(option->kind, option->choices);
            const auto offered = fish_words(kind);
            text += (kind == "@file" ? " -r " : " -x ") + offered + (offered.empty() ? "" : " ");
        }
        text += (text.back() == ' ' ? "-d " : " -d ") + fish_quoted(option->help) + "\n";
    }
    return text;
}

constexpr auto fish_logic = R"fish(
function __cairn_place
    set -l base $HOME/.local/share
    set -q XDG_DATA_HOME; and set base $XDG_DATA_HOME
    set -l place $base/cairn/default
    set -l words (commandline -opc)
    for i in (seq (count $words))
        switch $words[$i]
            case --datadir
                set place $words[(math $i + 1)]
            case --profile
                set place $base/cairn/$words[(math $i + 1)]
        end
    end
    echo $place
end

function __cairn_wallets
    for file in (__cairn_place)/wallets/*.wallet
        string replace -r '.*/(.*)\.wallet$' '$1' $file
    end
end

function __cairn_contacts
    set -l file (__cairn_place)/contacts
    test -r $file; and string replace -r ' .*' '' <$file | string match -v cairn-contacts
end

)fish";

std::string fish(const CommandTree& tree) {
    std::string text =
        "set -g __cairn_nouns " + joined(nouns_of(tree)) + "\n" + fish_logic + "complete -c cairn -f\n";
    const std::string first = "not __fish_seen_subcommand_from $__cairn_nouns";
    text += fish_options(launch_spec().options, first);
    for (const auto& noun : nouns_of(tree)) {
        text += "complete -c cairn -n " + fish_quoted(first) + " -a " + noun + " -d " +
                fish_quoted(summary_of(tree, noun)) + "\n";
        const auto verbs = verbs_line(tree, noun);
        const std::string here = "__fish_seen_subcommand_from " + noun;
        std::string bare = here;
        if (!verbs.empty()) bare.append("; and not __fish_seen_subcommand_from ").append(verbs);
        for (const CommandSpec* spec : members_of(tree, noun)) {
            std::string condition = bare;
            if (spec->path != noun) {
                const auto verb = spec->path.substr(noun.size() + 1);
                text += "complete -c cairn -n " + fish_quoted(bare) + " -a " + verb + " -d " +
                        fish_quoted(spec->summary) + "\n";
                condition = fmt::format("{}; and __fish_seen_subcommand_from {}", here, verb);
            }
            text += fish_options(spec->options, condition);
            std::vector<std::string> told;
            std::istringstream places(places_line(*spec));
            for (std::string kind; places >> kind;) {
                const auto offered = fish_words(kind);
                if (offered.empty() || std::find(told.begin(), told.end(), offered) != told.end()) continue;
                told.push_back(offered);
                text += "complete -c cairn -n " + fish_quoted(condition) + " " + offered + "\n";
            }
        }
    }
    return text + fish_options(common_options(), "__fish_seen_subcommand_from $__cairn_nouns") +
           "complete -c cairn -s h -l help -d 'what the command takes and answers'\n";
}

} // namespace

std::string shell_completions(const CommandTree& tree, std::string_view shell) {
    if (shell == "fish") return fish(tree);
    if (shell == "zsh") return "#compdef cairn\n" + shell_tables(tree) + shell_logic + zsh_end;
    return shell_tables(tree) + shell_logic + bash_end;
}

} // namespace cairn::cli
