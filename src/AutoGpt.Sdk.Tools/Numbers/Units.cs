namespace AutoGpt.Sdk.Tools;

/// <summary>Units of measurement. Factors are exact where the unit is defined exactly (NIST SP 811; US customary volumes).</summary>
internal static class Units
{
    // A value plus the offset, times the factor, divided by the divisor, is in the dimension's base unit. The divisor keeps 5/9 exact.
    private static readonly Dictionary<string, Unit> Table = new(StringComparer.OrdinalIgnoreCase);

    private readonly record struct Unit(string Dimension, decimal Factor, decimal Divisor, decimal Offset);

    static Units()
    {
        Add("length", 1000m, "km", "kilometer", "kilometre");
        Add("length", 1m, "m", "meter", "metre");
        Add("length", 0.01m, "cm", "centimeter", "centimetre");
        Add("length", 0.001m, "mm", "millimeter", "millimetre");
        Add("length", 1609.344m, "mile", "mi");
        Add("length", 0.9144m, "yard", "yd");
        Add("length", 0.3048m, "foot", "ft", "feet", "'");
        Add("length", 0.0254m, "inch", "in", "inche");
        Add("length", 1852m, "nautical mile", "nmi");
        Add("mass", 1000m, "kg", "kilogram", "kilo");
        Add("mass", 1m, "g", "gram");
        Add("mass", 0.001m, "mg", "milligram");
        Add("mass", 1_000_000m, "tonne", "metric ton");
        Add("mass", 453.59237m, "pound", "lb");
        Add("mass", 28.349523125m, "ounce", "oz");
        Add("mass", 6350.29318m, "stone", "st");
        Add("volume", 1m, "l", "liter", "litre");
        Add("volume", 0.001m, "ml", "milliliter", "millilitre");
        Add("volume", 0.01m, "cl", "centiliter", "centilitre");
        Add("volume", 3.785411784m, "gallon", "gal");
        Add("volume", 0.946352946m, "quart", "qt");
        Add("volume", 0.473176473m, "pint", "pt");
        Add("volume", 0.2365882365m, "cup");
        Add("volume", 0.0295735295625m, "fluid ounce", "fl oz");
        Add("volume", 0.01478676478125m, "tablespoon", "tbsp");
        Add("volume", 0.00492892159375m, "teaspoon", "tsp");
        Add("time", 0.001m, "millisecond", "ms", "msec");
        Add("time", 1m, "second", "s", "sec");
        Add("time", 60m, "minute", "min");
        Add("time", 3600m, "hour", "h", "hr");
        Add("time", 86400m, "day", "d");
        Add("time", 604800m, "week");
        Add("data", 1m, "byte", "b");
        Add("data", 1000m, "kb", "kilobyte");
        Add("data", 1_000_000m, "mb", "megabyte");
        Add("data", 1_000_000_000m, "gb", "gigabyte");
        Add("data", 1_000_000_000_000m, "tb", "terabyte");
        Add("data", 1024m, "kib", "kibibyte");
        Add("data", 1_048_576m, "mib", "mebibyte");
        Add("data", 1_073_741_824m, "gib", "gibibyte");
        Add("speed", 1m, "m/s", "meters per second");
        Add(new Unit("speed", 5m, 18m, 0), "km/h", "kmh", "kph", "kilometers per hour");
        Add("speed", 0.44704m, "mph", "miles per hour");
        Add(new Unit("temperature", 1m, 1m, 273.15m), "celsius", "c", "°c", "centigrade");
        Add(new Unit("temperature", 5m, 9m, 459.67m), "fahrenheit", "f", "°f");
        Add(new Unit("temperature", 1m, 1m, 0), "kelvin", "k");
    }

    /// <summary>Converts, rounded to six significant digits.</summary>
    /// <exception cref="ToolException">A unit is unknown, the two measure different things, or the value is too large.</exception>
    public static decimal Convert(decimal value, string from, string to)
    {
        Unit source = Find(from);
        Unit target = Find(to);
        if (source.Dimension != target.Dimension)
        {
            throw new ToolException($"Cannot convert {from} to {to}: one is {source.Dimension}, the other {target.Dimension}.");
        }

        try
        {
            // One division, at the end: what cancels out leaves nothing behind.
            decimal divisor = source.Divisor * target.Factor;
            return Round((((value + source.Offset) * source.Factor * target.Divisor) - (target.Offset * divisor)) / divisor);
        }
        catch (OverflowException exception)
        {
            throw new ToolException($"{Numerals.Show(value)} {from} in {to} is too large.", exception);
        }
    }

    private static Unit Find(string name)
    {
        string trimmed = name.Trim().TrimEnd('.');
        foreach (string form in (string[])[trimmed, trimmed.EndsWith('s') ? trimmed[..^1] : trimmed, trimmed.Replace("degrees ", "", StringComparison.OrdinalIgnoreCase)])
        {
            if (Table.TryGetValue(form, out Unit unit))
            {
                return unit;
            }
        }

        throw new ToolException($"No unit '{name}'. Units: {NearestNames.Join(trimmed, Table.Keys.Where(key => key.Length > 1))}");
    }

    private static decimal Round(decimal value)
    {
        if (value == 0)
        {
            return 0;
        }

        int digits = 5 - (int)Math.Floor(Math.Log10((double)Math.Abs(value)));
        if (digits >= 0)
        {
            return Math.Round(value, Math.Min(digits, 28), MidpointRounding.AwayFromZero);
        }

        decimal unit = 1;
        for (; digits < 0; digits++)
        {
            unit *= 10;
        }

        return Math.Round(value / unit, MidpointRounding.AwayFromZero) * unit;
    }

    private static void Add(string dimension, decimal factor, params string[] names) => Add(new Unit(dimension, factor, 1, 0), names);

    private static void Add(Unit unit, params string[] names)
    {
        foreach (string name in names)
        {
            Table.Add(name, unit);
        }
    }
}
