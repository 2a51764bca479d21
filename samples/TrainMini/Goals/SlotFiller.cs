using System.Globalization;

namespace TrainMini.Goals;

/// <summary>What fills a slot: how the goal says it, and what the plan says.</summary>
internal readonly record struct SlotValue(string Said, string Planned);

/// <summary>Draws values for slots. Names are drawn far wider than any list, so that copying is learned rather than a list of names.</summary>
internal sealed class SlotFiller(WordLists words, Random random)
{
    private static readonly string[] SmallNumbers = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];

    private static readonly string[] Spans = ["days", "weeks", "months", "years"];

    // Units by dimension; a conversion stays within a line.
    private static readonly string[][] Units =
    [
        ["km", "kilometers", "kilometres", "miles", "meters", "metres", "m", "feet", "ft", "inches", "cm", "centimeters", "mm", "yards"],
        ["kg", "kilograms", "grams", "g", "pounds", "lbs", "ounces", "oz", "lb"],
        ["liters", "litres", "gallons", "ml", "milliliters", "cups", "l"],
        ["celsius", "fahrenheit", "kelvin", "°C", "°F"],
        ["hours", "minutes", "seconds", "days", "h", "min"],
        ["KB", "MB", "GB", "bytes", "TB"],
    ];

    private readonly HashSet<string> _used = [];
    private string[]? _units;
    private int _from;

    /// <summary>Draws a value. Slots of one kind are told apart by a number: <c>path</c>, <c>path2</c>.</summary>
    public SlotValue Fill(string slot) => slot == "unit2" ? Plain(Unit(first: false)) : slot.TrimEnd('2', '3', '4') switch
    {
        "path" or "out" => Plain(Unused(() => FileName(words.Pick("extension", random)))),
        "csv" => Plain(Unused(() => FileName("csv"))),
        "json" => Plain(Unused(() => FileName("json"))),
        "glob" => Plain(Unused(Glob)),
        "folder" => Plain(Unused(Folder)),
        "extension" => Plain(Unused(Kind)),
        "text" => Quoted(Unused(Text)),
        "n" => Count(random.Next(4) == 0 ? 60 : 12),
        "small" => Count(6),
        "amount" => Amount(),
        "number" => Plain(Number()),
        "column" or "cond_column" => Plain(Unused(() => Column("column"))),
        "group" => Plain(Unused(() => Column("category"))),
        "name" => Plain(Unused(() => Column("label"))),
        "pointer" => Plain(Unused(Pointer)),
        "expression" => Plain(Unused(Expression)),
        "unit" => Plain(Unit(first: true)),
        "date" => Plain(Unused(Date)),
        "span" => Span(),
        _ => throw new InvalidDataException($"No filler for the slot '{slot}'."),
    };

    /// <summary>A condition's value: a number for an order, a category or a number for equality, a text for containment.</summary>
    public (SlotValue Column, SlotValue Value) Condition(string operation)
    {
        if (operation is "gt" or "lt" or "ge" or "le" || (operation is "eq" or "ne" && random.Next(4) == 0))
        {
            string number = Number();
            bool money = random.Next(12) == 0 && !number.StartsWith('-');
            return (Fill("cond_column"), new SlotValue(money ? "$" + number : number, number));
        }

        SlotValue column = random.Next(5) == 0 ? Fill("cond_column") : Fill(random.Next(3) == 0 ? "name" : "group");
        return (column, Quoted(operation == "contains" ? Text() : random.Next(3) == 0 ? Text() : Cased(words.Pick("category_value", random))));
    }

    /// <summary>Whether a value was drawn for this goal, whatever its case.</summary>
    public bool HasDrawn(string value) => _used.Contains(value.ToUpperInvariant());

    /// <summary>A count as a plan states it where a number is wanted and not a quotation.</summary>
    public static int Count(string said) => Array.IndexOf(SmallNumbers, said) is >= 0 and var index ? index + 1 : int.Parse(said, CultureInfo.InvariantCulture);

    /// <summary>Another file name of the same kind, for files nobody asked about.</summary>
    public string Distractor() => Unused(() => FileName(words.Pick("extension", random)));

    private static SlotValue Plain(string text) => new(text, text);

    private SlotValue Quoted(string text)
    {
        bool oneWord = !text.Contains(' ', StringComparison.Ordinal);
        string said = random.Next(oneWord ? 5 : 8) switch
        {
            0 or 1 or 2 => $"\"{text}\"",
            3 when !text.Contains('\'', StringComparison.Ordinal) => $"'{text}'",
            4 when oneWord => text,
            5 => $"“{text}”",
            6 when !text.Contains('\'', StringComparison.Ordinal) => $"'{text}'",
            _ => oneWord ? text : $"\"{text}\"",
        };
        return new SlotValue(said, text);
    }

    private SlotValue Count(int limit)
    {
        int value = random.Next(1, limit + 1);
        if (value == 1 && random.Next(3) > 0)
        {
            value = random.Next(2, limit + 1);
        }

        return Plain(value <= SmallNumbers.Length && random.Next(2) == 0 ? SmallNumbers[value - 1] : value.ToString(CultureInfo.InvariantCulture));
    }

    private SlotValue Amount()
    {
        int value = random.Next(4) == 0 ? random.Next(13, 400) : random.Next(2, 13);
        return Plain(value <= SmallNumbers.Length && random.Next(2) == 0 ? SmallNumbers[value - 1] : value.ToString(CultureInfo.InvariantCulture));
    }

    private SlotValue Span()
    {
        string span = Spans[random.Next(Spans.Length)];
        return Plain(span);
    }

    private string FileName(string extension)
    {
        string stem = random.Next(10) switch
        {
            0 or 1 => words.Pick("stem", random) + Separator() + words.Pick("stem", random),
            2 => words.Pick("stem", random) + Separator() + random.Next(1, 2030).ToString(CultureInfo.InvariantCulture),
            3 => Invented(),
            4 => words.Pick("word", random),
            5 => words.Pick("person", random) + Separator() + words.Pick("stem", random),
            _ => words.Pick("stem", random),
        };
        if (random.Next(12) == 0)
        {
            stem = Cased(stem);
        }

        return (random.Next(9) == 0 ? words.Pick("folder", random) + "/" : "") + stem + "." + extension;
    }

    private string Separator() => random.Next(3) switch { 0 => "-", 1 => "_", _ => "" };

    private string Glob() => random.Next(6) switch
    {
        0 => words.Pick("folder", random) + "/*." + words.Pick("extension", random),
        1 => "**/*." + words.Pick("extension", random),
        2 => words.Pick("stem", random) + "*",
        3 => words.Pick("stem", random) + "*." + words.Pick("extension", random),
        _ => "*." + words.Pick("extension", random),
    };

    private string Folder()
    {
        string folder = random.Next(5) switch
        {
            0 => words.Pick("stem", random),
            1 => words.Pick("folder", random) + "/" + words.Pick(random.Next(2) == 0 ? "folder" : "stem", random),
            2 => random.Next(3) == 0 ? Invented() : words.Pick("person", random),
            _ => words.Pick("folder", random),
        };
        folder = random.Next(10) == 0 ? Cased(folder) : folder;
        return random.Next(4) == 0 ? folder + "/" : folder;
    }

    // A kind of files as people name it.
    private string Kind()
    {
        string kind = words.Pick(random.Next(3) == 0 ? "extension" : "kind", random);
        return random.Next(6) == 0 && kind.Length <= 4 ? kind.ToUpperInvariant() : kind;
    }

    private string Text()
    {
        int length = random.Next(10) switch { < 6 => 1, < 8 => 2, 8 => random.Next(3, 5), _ => random.Next(3, 8) };
        string text = string.Join(' ', Enumerable.Range(0, length).Select(_ => random.Next(9) switch
        {
            0 => Invented(),
            1 => Cased(words.Pick("person", random)),
            2 => random.Next(1, 3000).ToString(CultureInfo.InvariantCulture),
            _ => words.Pick("word", random),
        }));
        text = random.Next(4) == 0 ? Cased(text) : random.Next(12) == 0 ? text.ToUpperInvariant() : text;
        return length > 2 && random.Next(4) == 0 ? text + (random.Next(2) == 0 ? "." : "!") : text;
    }

    private string Column(string list)
    {
        string name = random.Next(8) switch
        {
            0 => words.Pick("word", random) + "_" + words.Pick(list, random),
            1 => words.Pick(list, random) + "_" + words.Pick("column", random),
            2 => Invented(),
            _ => words.Pick(list, random),
        };
        return random.Next(8) == 0 ? Cased(name) : name;
    }

    private string Pointer()
    {
        List<string> keys = [.. Enumerable.Range(0, random.Next(2, 5)).Select(_ => words.Pick("key", random))];
        string pointer = keys[0];
        foreach (string key in keys.Skip(1))
        {
            pointer += (random.Next(4) == 0 ? $"[{random.Next(0, 5)}]" : "") + "." + key;
        }

        return random.Next(6) == 0 ? keys[0] : pointer;
    }

    private string Number() => random.Next(8) switch
    {
        0 => (random.Next(1, 10000) / 100.0).ToString("0.00", CultureInfo.InvariantCulture),
        1 => (random.Next(1, 1000) / 10.0).ToString("0.0", CultureInfo.InvariantCulture),
        2 => (random.Next(1, 200) * 50).ToString(CultureInfo.InvariantCulture),
        3 => random.Next(1000, 100000).ToString(random.Next(2) == 0 ? "N0" : "0", CultureInfo.InvariantCulture),
        4 => random.Next(1, 13).ToString(CultureInfo.InvariantCulture),
        _ => random.Next(1, 1000).ToString(CultureInfo.InvariantCulture),
    };

    private string Expression()
    {
        string Operand() => random.Next(4) == 0
            ? (random.Next(1, 1000) / 10.0).ToString("0.0", CultureInfo.InvariantCulture)
            : random.Next(1, 500).ToString(CultureInfo.InvariantCulture);
        string Operator() => random.Next(5) switch { 0 => "+", 1 => "-", 2 => "*", 3 => "/", _ => random.Next(3) == 0 ? "^" : "*" };
        string space = random.Next(2) == 0 ? " " : "";
        string Join(string left, string right) => left + space + Operator() + space + right;
        return random.Next(5) switch
        {
            0 => Join(Join(Operand(), Operand()), Operand()),
            1 => Join("(" + Join(Operand(), Operand()) + ")", Operand()),
            2 => Join(Operand(), "(" + Join(Operand(), Operand()) + ")"),
            3 => Join("(" + Join(Operand(), Operand()) + ")", "(" + Join(Operand(), Operand()) + ")"),
            _ => Join(Operand(), Operand()),
        };
    }

    private string Unit(bool first)
    {
        if (first || _units is null)
        {
            _units = Units[random.Next(Units.Length)];
            _from = random.Next(_units.Length);
            return _units[_from];
        }

        return _units[(_from + random.Next(1, _units.Length)) % _units.Length];
    }

    private string Date()
    {
        DateOnly date = new DateOnly(2019, 1, 1).AddDays(random.Next(0, 3400));
        return random.Next(5) switch
        {
            0 => date.ToString("d MMMM yyyy", CultureInfo.InvariantCulture),
            1 => date.ToString("MMMM d, yyyy", CultureInfo.InvariantCulture),
            _ => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        };
    }

    private string Invented()
    {
        const string consonants = "bcdfghjklmnprstvwz";
        const string vowels = "aeiou";
        return string.Concat(Enumerable.Range(0, random.Next(2, 4)).Select(_ =>
            $"{consonants[random.Next(consonants.Length)]}{vowels[random.Next(vowels.Length)]}{(random.Next(3) == 0 ? consonants[random.Next(consonants.Length)] : "")}"));
    }

    private static string Cased(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..];

    private string Unused(Func<string> draw)
    {
        while (true)
        {
            string value = draw();
            if (_used.Add(value.ToUpperInvariant()))
            {
                return value;
            }
        }
    }
}
