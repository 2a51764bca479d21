using System.Text.RegularExpressions;

namespace TrainMini.Goals;

/// <summary>
/// Composes goals and their plans from families and wordings: results told or stored, transformed on the way, one after another or
/// side by side, on files named in every position.
/// </summary>
internal sealed partial class GoalComposer
{
    private static readonly string[] Pronouns = ["it", "the same file", "that file", "this file", "it", "that same file"];

    private static readonly (string Name, string Symbol)[] Operations =
        [("eq", "="), ("ne", "!="), ("gt", ">"), ("lt", "<"), ("ge", ">="), ("le", "<="), ("contains", "contains")];

    private readonly Phrasings _phrasings;
    private readonly PhrasingSet _set;
    private readonly WordLists _words;
    private readonly Family _read;
    private readonly Family[] _sources;
    private readonly Family[] _actions;
    private readonly Family[] _transforms;
    private readonly Family[] _sinks;
    private readonly WholeGoal[] _whole;
    private readonly WholeGoal[] _situations;
    private readonly Combinations _combinations;
    private readonly Synonyms? _synonyms;
    private readonly Dictionary<string, Phrasing[]> _usable = [];

    // Out of a hundred goals, those that authors wrote as wholes.
    private const int WholeShare = 62;

    // Out of a hundred of those, at least so many that were worded before their authors knew the tools: the rarest kind, and the most like what people bring.
    private const int SituationShare = 20;

    // The state of the goal being composed.
    private Random _random = new(0);
    private SlotFiller _filler = null!;
    private PlanDraft _draft = null!;
    private bool _heldOut;
    private bool _heldOutCombination;

    /// <param name="corpus">The wordings and families.</param>
    /// <param name="set">Wordings of this set occur beside those that are trained on; combinations held out of training, outside training.</param>
    public GoalComposer(Corpus corpus, PhrasingSet set)
    {
        IReadOnlyList<Family> families = corpus.Families;
        _phrasings = corpus.Phrasings;
        _words = corpus.Words;
        _set = set;
        _synonyms = set == PhrasingSet.Training ? corpus.Synonyms : null;
        _combinations = new Combinations(families);
        _whole = [.. corpus.Whole.All.Where(goal => goal.Set == PhrasingSet.Training || goal.Set == set)];
        _situations = [.. _whole.Where(goal => goal.Situation)];
        _read = families.First(family => family.Id == "read");
        _sources = [.. families.Where(family => family.IsSource)];
        _actions = [.. families.Where(family => family.IsAction)];
        _transforms = [.. families.Where(family => family.IsTransform)];
        _sinks = [.. families.Where(family => family.Kind == "sink")];
    }

    /// <summary>A combination that training never shows, though it shows both parts.</summary>
    public static bool IsHeldOut(string first, string second) => StableHash.Of($"{first}+{second}") % 15 == 0;

    /// <summary>Composes one goal. The same seed gives the same goal.</summary>
    public Example Compose(int seed)
    {
        for (int attempt = 0; ; attempt++)
        {
            if (Compose(seed, attempt, Goal) is { } example && (_set != PhrasingSet.Training || !_heldOutCombination))
            {
                return example;
            }
        }
    }

    /// <summary>One author's goal, filled. The same seed fills it alike.</summary>
    public Example Compose(WholeGoal goal, int seed) => Compose(seed, 0, () => Fill(goal.Text, goal.Plan, []))!;

    private Example? Compose(int seed, int attempt, Func<string?> write)
    {
        // Seeds far apart: neighbouring seeds of System.Random give related first draws.
        _random = new Random(unchecked((seed * 2654435769u) + (uint)attempt * 97).GetHashCode());
        _filler = new SlotFiller(_words, _random);
        _draft = new PlanDraft();
        _heldOut = _heldOutCombination = false;
        return write() is { } goal
            ? new Example(goal, _draft.ToJson().ToJsonString(PlanText.Options), null, [.. _draft.Families], _heldOut, _heldOutCombination)
            : null;
    }

    /// <summary>What is trained on: a composed goal with the noise of typing, sometimes misspelt and planned again.</summary>
    public Example Draw(int seed) => Mistakes.Apply(Noise.Apply(Compose(seed), seed), seed);

    private string? Goal() => _whole.Length > 0 && _random.Next(100) < WholeShare ? Whole() : _random.Next(100) switch
    {
        < 32 => Chained(),
        < 44 => Told(transforms: 0),
        < 56 => Told(transforms: _random.Next(4) == 0 ? 2 : 1),
        < 64 => Stored(transforms: 0),
        < 78 => Stored(transforms: _random.Next(3) == 0 ? 2 : 1),
        < 88 => TwoResults(),
        < 95 => Actions(),
        _ => StoredThen(),
    };

    /// <summary>A goal that an author wrote as a whole; sometimes its result is stored, too, or two such goals follow each other.</summary>
    private string Whole()
    {
        WholeGoal goal = PickWhole();
        string text;
        switch (_random.Next(16))
        {
            case 0 when goal.Untold is { } untold:
                text = Stored(goal.Text, untold);
                break;
            case 1 when goal.Untold is { } first && PickWhole() is { Untold: { } second } other:
                text = Sentence(Fill(goal.Text, first, []));
                int result = _draft.Count;
                text += " " + Fill(Capitalized(other.Text), second, []);
                _draft.Finish(result, _draft.Count);
                break;
            default:
                text = Fill(goal.Text, goal.Plan, []);
                break;
        }

        // Openers are part of what the author wrote.
        return _random.Next(5) == 0 ? Dress(text, opens: true) : text;
    }

    private string Stored(string wording, Family untold)
    {
        string text = Fill(wording, untold, []);
        Family sink = _sinks[_random.Next(4) == 0 ? 1 : 0];
        if (_combinations.Last(untold) is { } last)
        {
            _heldOutCombination |= IsHeldOut(last, sink.Id);
        }

        string then = Say(sink, "then");
        return _random.Next(2) == 0 && char.IsLetterOrDigit(text[^1]) ? text + Joined(then) : $"{Sentence(text)} {Capitalized(then)}";
    }

    private WholeGoal PickWhole()
    {
        WholeGoal[] goals = _situations.Length > 0 && _random.Next(100) < SituationShare ? _situations : _whole;
        WholeGoal goal = goals[_random.Next(goals.Length)];
        _heldOut |= goal.Set != PhrasingSet.Training;
        foreach ((string first, string second) in _combinations.Pairs(goal.Plan))
        {
            _heldOutCombination |= IsHeldOut(first, second);
        }

        return goal;
    }

    /// <summary>One result, told.</summary>
    private string? Told(int transforms)
    {
        Family source = PickFamily(_sources);
        List<Family>? chain = Chain(source, transforms);
        if (chain is null)
        {
            return null;
        }

        string goal;
        if (_random.Next(2) == 0)
        {
            goal = Wrap("tell wrap", Noun(source, chain));
        }
        else if (transforms == 0 && _random.Next(5) < 3)
        {
            goal = Say(source, "question") + (_random.Next(6) == 0 ? "" : "?");
        }
        else
        {
            goal = Imperative(source, chain);
            goal = _random.Next(4) == 0 ? goal + Joined(Pick("tell then")) : goal;
        }

        _draft.Finish(_draft.Count);
        return Dress(goal);
    }

    /// <summary>One result, stored, and sometimes told too.</summary>
    private string? Stored(int transforms)
    {
        Family source = PickFamily(_sources);
        List<Family>? chain = Chain(source, transforms);
        if (chain is null)
        {
            return null;
        }

        Family sink = _sinks[_random.Next(4) == 0 ? 1 : 0];
        NoteCombination(Last(source, chain), sink);
        string goal;
        if (_random.Next(2) == 0)
        {
            string noun = Noun(source, chain);
            goal = Say(sink, "wrap").Replace("{noun}", noun, StringComparison.Ordinal);
        }
        else
        {
            goal = Imperative(source, chain) + Joined(Say(sink, "then"));
        }

        if (_random.Next(12) == 0)
        {
            goal += AndTell();
            _draft.Finish(_draft.Count - 1);
        }

        return Dress(goal);
    }

    /// <summary>One clause after another, each on what comes out of the one before, on one file or on two put together.</summary>
    private string? Chained()
    {
        if (_phrasings.Of("chain told").Count == 0)
        {
            return null; // The blind author knew no chains.
        }

        bool brief = _random.Next(3) == 0;
        bool merged = _random.Next(4) == 0;
        bool stored = (brief && merged) || _random.Next(2) == 0;
        Family start = merged ? _sources.First(family => family.Id == "concat.2") : _read;
        List<Family>? chain = Chain(start, merged ? _random.Next(1, 4) : _random.Next(2, 5));
        if (chain is null || !chain.TrueForAll(family => family.TakesText))
        {
            return null;
        }

        string frame = Pick($"{(brief ? "short " : "")}chain {(merged ? "merged " : "")}{(stored ? "stored" : "told")}");
        Dictionary<string, SlotValue> slots = [];
        foreach (string slot in SlotPattern().Matches(frame).Select(match => match.Groups[1].Value).Where(slot => slot != "chain"))
        {
            slots.Add(slot, _filler.Fill(slot));
        }

        _draft.Append(start, slots);
        string[] clauses = [.. chain.Select(family => Say(family, brief ? "short" : "then"))];
        string goal = SlotPattern().Replace(frame, match => match.Groups[1].Value == "chain" ? (brief ? Listed(clauses) : Sequence(clauses)) : slots[match.Groups[1].Value].Said);
        if (!stored)
        {
            _draft.Finish(_draft.Count);
            return Dress(goal);
        }

        Family before = Last(start, chain);
        NoteCombination(before, _sinks[0]);
        int result = _draft.Count;
        _draft.Append(_sinks[0], slots);
        Family count = _transforms.First(family => family.Id == "t.count.lines");
        switch (_random.Next(8))
        {
            case 0 when before.Result == ResultKind.Lines:
                NoteCombination(before, count);
                goal += Joined(Pick("t.count.lines then"));
                _draft.Append(count, slots, result);
                _draft.Finish(_draft.Count);
                break;
            case 1:
                goal += AndTell();
                _draft.Finish(result);
                break;
        }

        return Dress(goal);
    }

    private string Sequence(string[] clauses)
    {
        string last = _random.Next(5) switch { 0 => ", then ", 1 => " and then ", 2 when clauses.Length > 2 => ", and ", 3 => ", ", _ => " and " };
        string between = _random.Next(4) == 0 ? ", then " : ", ";
        return clauses.Length == 1 ? clauses[0] : string.Join(between, clauses[..^1]) + last + clauses[^1];
    }

    private string Listed(string[] clauses) => string.Join(_random.Next(8) switch { 0 => " | ", 1 => "; ", 2 => " > ", 3 => " → ", 4 => " + ", 5 => ", then ", _ => ", " }, clauses);

    /// <summary>Two results that do not depend on each other.</summary>
    private string? TwoResults()
    {
        Family first = PickFamily(_sources);
        Family second = PickFamily(_sources);
        if (first.Steps.Count > 1 && second.Steps.Count > 1)
        {
            return null;
        }

        NoteCombination(first, second);
        SlotValue? shared = null;
        bool stored = _random.Next(3) == 0;
        bool nouns = _random.Next(2) == 0;
        List<int> results = [];
        List<string> parts = [];
        foreach (Family family in (Family[])[first, second])
        {
            Dictionary<string, SlotValue> slots = [];
            if (shared is { } file && family.Slots.Contains("path") && _random.Next(3) == 0)
            {
                slots["path"] = file with { Said = Pronouns[_random.Next(Pronouns.Length)] };
            }

            string text = Say(family, nouns ? "noun" : "imperative", slots);
            shared = slots.TryGetValue("path", out SlotValue path) ? path : null;
            results.Add(_draft.Count);
            if (stored)
            {
                Family sink = _sinks[0];
                text = nouns ? Say(sink, "wrap").Replace("{noun}", text, StringComparison.Ordinal) : text + Joined(Say(sink, "then"));
            }

            parts.Add(text);
        }

        if (stored)
        {
            return Dress(parts[0] + Joined(parts[1]));
        }

        _draft.Finish([.. results]);
        return Dress(nouns
            ? Wrap("tell wrap", parts[0] + (_random.Next(4) == 0 ? " as well as " : " and ") + parts[1])
            : parts[0] + Joined(parts[1]));
    }

    /// <summary>One or two changes without a result.</summary>
    private string Actions()
    {
        Family first = PickFamily(_actions);
        Dictionary<string, SlotValue> slots = [];
        string goal = Say(first, "imperative", slots);
        if (_random.Next(2) == 0)
        {
            return Dress(goal);
        }

        Family second = PickFamily(_actions);
        NoteCombination(first, second);
        return Dress(goal + Joined(Say(second, "imperative", Continue(second, slots))));
    }

    /// <summary>A result stored, then something done with the file.</summary>
    private string? StoredThen()
    {
        Family source = PickFamily(_sources);
        List<Family>? chain = Chain(source, _random.Next(2));
        if (chain is null || source.Steps.Count > 1)
        {
            return null;
        }

        string goal = Imperative(source, chain);
        Dictionary<string, SlotValue> slots = [];
        goal += Joined(Say(_sinks[0], "then", slots));
        string next = _random.Next(2) == 0 ? "copy" : "append.text";
        Family action = _actions.First(family => family.Id == next);
        return Dress(goal + Joined(Say(action, "imperative", Continue(action, slots))));
    }

    /// <summary>Slots for an action on the file that an earlier one wrote.</summary>
    private Dictionary<string, SlotValue> Continue(Family action, Dictionary<string, SlotValue> before)
    {
        Dictionary<string, SlotValue> slots = [];
        if (action.Slots.Contains("path") && before.TryGetValue("out", out SlotValue written) && _random.Next(3) > 0)
        {
            slots["path"] = _random.Next(2) == 0 ? written : written with { Said = Pronouns[_random.Next(Pronouns.Length)] };
        }

        return slots;
    }

    private List<Family>? Chain(Family source, int transforms)
    {
        List<Family> chain = [];
        Family before = source;
        for (int index = 0; index < transforms; index++)
        {
            Family[] fitting = [.. _transforms.Where(family => family.Accepts(before) && (!chain.Contains(family) || family.Slots.Contains("text")))];
            if (fitting.Length == 0 || source.Steps.Count > 1)
            {
                return null;
            }

            Family next = fitting[_random.Next(fitting.Length)];
            if (before.Id != "read" || !next.TakesText)
            {
                NoteCombination(before, next);
            }

            chain.Add(next);
            before = Last(source, chain);
        }

        return chain;
    }

    // A transform of a file that is only read works on the file itself.
    private static Family Last(Family source, List<Family> chain) =>
        chain.Count == 0 ? source : chain.Count == 1 && source.Id == "read" && chain[0].TakesText ? chain[0].OnFile() : chain[^1];

    private string Noun(Family source, List<Family> chain)
    {
        string noun = Say(source, "noun");
        foreach (Family transform in chain)
        {
            string modifier = Say(transform, "modifier");
            noun += modifier.StartsWith(',') ? modifier : (_random.Next(3) == 0 ? ", " : " ") + modifier;
        }

        return noun;
    }

    private string Imperative(Family source, List<Family> chain)
    {
        string goal = Say(source, "imperative");
        return chain.Aggregate(goal, (text, transform) => text + Joined(Say(transform, "then")));
    }

    /// <summary>Says a family in one of its wordings and appends its steps to the plan.</summary>
    private string Say(Family family, string mood, Dictionary<string, SlotValue>? slots = null)
    {
        return Fill(Pick($"{family.Id} {mood}"), family, slots ?? []);
    }

    /// <summary>Fills a wording's slots, and appends what it means to the plan.</summary>
    private string Fill(string text, Family family, Dictionary<string, SlotValue> slots)
    {
        text = _synonyms?.Vary(text, family.Kind == "whole" ? .15 : .4, _random) ?? text;
        if (text.Contains("{cond}", StringComparison.Ordinal))
        {
            (string name, string symbol) = Operations[_random.Next(Operations.Length)];
            (SlotValue column, SlotValue value) = _filler.Condition(name);
            slots["cond_column"] = column;
            slots["cond_is"] = new SlotValue(symbol, symbol);
            slots["cond_value"] = value;
            string condition = Pick($"cond.{name} phrase").Replace("{column}", column.Said, StringComparison.Ordinal).Replace("{value}", value.Said, StringComparison.Ordinal);
            text = text.Replace("{cond}", condition, StringComparison.Ordinal);
        }

        // A wish that no tool can do names things that its plan, which has no steps, does not.
        IEnumerable<string> named = family.Steps.Count > 0 ? family.Slots : SlotPattern().Matches(text).Select(match => match.Groups[1].Value);
        foreach (string slot in named.Where(slot => slot != "noun" && !slots.ContainsKey(slot)))
        {
            slots.Add(slot, _filler.Fill(slot));
        }

        _draft.Append(family, slots);
        return SlotPattern().Replace(text, match => slots.TryGetValue(match.Groups[1].Value, out SlotValue value) ? value.Said : match.Value);
    }

    private string Wrap(string section, string noun) => Pick(section).Replace("{noun}", noun, StringComparison.Ordinal);

    private string AndTell()
    {
        string tell = Pick("tell then");
        return tell.StartsWith("and ", StringComparison.Ordinal) ? " " + tell : Joined(tell);
    }

    private string Joined(string clause)
    {
        string join = _random.Next(3) switch { 0 => ", then", 1 => " and", _ => Pick("join") };
        if (join == " and" && clause.StartsWith("and ", StringComparison.Ordinal))
        {
            join = ",";
        }

        join = char.IsLetter(join[0]) ? " " + join : join;
        return join + " " + (join.EndsWith('.') ? Capitalized(clause) : clause);
    }

    /// <summary>Openers, courtesies, context, case and punctuation around a goal.</summary>
    private string Dress(string goal, bool opens = false)
    {
        if (!opens && _random.Next(5) == 0 && !goal.EndsWith('?'))
        {
            string prefix = Pick("prefix");
            goal = prefix + " " + goal;
        }

        if (_random.Next(7) == 0)
        {
            string suffix = Pick("suffix");
            goal = goal.TrimEnd() is [.., '.' or '?' or '!'] ? goal + " " + Capitalized(suffix) : goal + (_random.Next(2) == 0 ? ", " : " ") + suffix;
        }

        if (_random.Next(5) < 3)
        {
            goal = Capitalized(goal);
        }

        if (_random.Next(5) < 2 && goal[^1] is not ('.' or '?' or '!' or '"' or '\''))
        {
            goal += ".";
        }

        if (_random.Next(7) == 0)
        {
            string context = Pick("context");
            goal = _random.Next(4) == 0 ? goal + (goal[^1] is '.' or '?' or '!' ? " " : ". ") + context : context + " " + Capitalized(goal);
        }

        return goal;
    }

    private string Pick(string section)
    {
        if (!_usable.TryGetValue(section, out Phrasing[]? usable))
        {
            usable = [.. _phrasings.Of(section).Where(phrasing => phrasing.Set == PhrasingSet.Training || phrasing.Set == _set)];
            _usable.Add(section, usable.Length > 0 ? usable : throw new InvalidDataException($"No author has written a section [{section}]."));
        }

        Phrasing picked = usable[_random.Next(usable.Length)];
        _heldOut |= picked.Set != PhrasingSet.Training;
        return picked.Text;
    }

    // Groups of families, such as csv or count, with weights between "all alike" and "by size".
    private Family PickFamily(Family[] families)
    {
        IGrouping<string, Family>[] groups = [.. families.GroupBy(family => family.Id.Split('.')[0])];
        double at = _random.NextDouble() * groups.Sum(Weight);
        int chosen = 0;
        while (chosen < groups.Length - 1 && (at -= Weight(groups[chosen])) > 0)
        {
            chosen++;
        }

        Family[] group = [.. groups[chosen]];
        return group[_random.Next(group.Length)];

        static double Weight(IGrouping<string, Family> group) => Math.Pow(group.Count(), 0.85);
    }

    private void NoteCombination(Family first, Family second) => _heldOutCombination |= IsHeldOut(first.Id, second.Id);

    private static string Sentence(string text) => text[^1] is '.' or '?' or '!' ? text : text + ".";

    // A file's or a column's name keeps its case at the beginning of a sentence too.
    private string Capitalized(string text) =>
        text.Length == 0 || _filler.HasDrawn(text.Split(' ')[0].Trim(',', ':', ';', '?', '!')) || text.Split(' ')[0].Any(character => character is '.' or '_' or '/' or '-' || char.IsDigit(character)) ? text : char.ToUpperInvariant(text[0]) + text[1..];

    [GeneratedRegex(@"\{(\w+)\}")]
    private static partial Regex SlotPattern();
}
