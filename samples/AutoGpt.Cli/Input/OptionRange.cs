using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;
using AutoGpt.Cli.Output;

namespace AutoGpt.Cli.Input;

/// <summary>Refuses option values out of their range before anything is loaded, in a line that names option, value and range.</summary>
internal static class OptionRange
{
    public static Option<T> From<T>(this Option<T> option, T least, T most)
        where T : INumber<T>
    {
        option.Require<T>(value => value >= least && value <= most, string.Create(CultureInfo.InvariantCulture, $"from {least} to {most}"));
        return option;
    }

    public static Option<T> AtLeast<T>(this Option<T> option, T least)
        where T : INumber<T>
    {
        option.Require<T>(value => value >= least && T.IsFinite(value), string.Create(CultureInfo.InvariantCulture, $"at least {least}"));
        return option;
    }

    public static Option<T> Above<T>(this Option<T> option, T bound, T most)
        where T : INumber<T>
    {
        option.Require<T>(value => value > bound && value <= most, string.Create(CultureInfo.InvariantCulture, $"above {bound} and at most {most}"));
        return option;
    }

    /// <summary>The same for any option, one of a nullable number among them.</summary>
    public static void Require<T>(this Option option, Func<T, bool> holds, string range)
        where T : INumber<T> =>
        option.Validators.Add(result =>
        {
            foreach (Token token in result.Tokens)
            {
                if (!T.TryParse(token.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out T? value) || !holds(value))
                {
                    result.AddError($"{option.Name} is {Printable.Line(token.Value, 40)}; it must be {range}.");
                }
            }
        });
}
