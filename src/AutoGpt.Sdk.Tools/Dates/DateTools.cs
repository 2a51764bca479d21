using System.Text.Json.Nodes;

namespace AutoGpt.Sdk.Tools;

/// <summary>Date arithmetic in the Gregorian calendar.</summary>
internal static class DateTools
{
    public static IEnumerable<ToolDefinition> Create()
    {
        yield return new ToolDefinition("shift_date", "The date so many days, weeks, months or years after or before a date. A month's last days stay in their month.")
        {
            Parameters =
            [
                new Parameter("date", "A date such as 2026-03-31 or 31 March 2026.") { QuotedAs = "date", Reference = true },
                new Parameter("direction", "Later or earlier.") { Words = ["after", "before"] },
                new Parameter("amount", "How many.") { QuotedAs = "number" },
                new Parameter("unit", "Of what.") { Words = ["days", "weeks", "months", "years"] },
            ],
            Forms = ["date direction amount unit"],
            Body = (arguments, _) => ValueTask.FromResult<JsonNode>(Dates.Show(Shift(arguments))),
        };
        yield return new ToolDefinition("days_between", "How many days, or weeks, lie between two dates.")
        {
            Parameters =
            [
                new Parameter("from", "A date.") { QuotedAs = "date", Reference = true },
                new Parameter("to", "Another date.") { QuotedAs = "date", Reference = true },
                new Parameter("unit", "What to count. Default: days.") { Words = ["days", "weeks"] },
            ],
            Forms = ["from to", "from to unit=weeks"],
            Body = (arguments, _) => ValueTask.FromResult(NumberTools.ToJson(Between(arguments))),
        };
    }

    private static DateOnly Shift(ToolArguments arguments)
    {
        DateOnly date = Dates.Parse(arguments.Text("date"));
        decimal amount = arguments.Amount("amount");
        if (amount != decimal.Truncate(amount) || Math.Abs(amount) > 1_000_000)
        {
            throw arguments.Error($"'amount' is {amount}; it must be a whole number.");
        }

        int steps = (int)amount * (arguments.Text("direction") == "before" ? -1 : 1);
        try
        {
            return arguments.Text("unit") switch
            {
                "days" => date.AddDays(steps),
                "weeks" => date.AddDays(checked(7 * steps)),
                "months" => date.AddMonths(steps),
                _ => date.AddYears(steps),
            };
        }
        catch (Exception exception) when (exception is ArgumentOutOfRangeException or OverflowException)
        {
            throw new ToolException("That date lies outside the years 1 to 9999.", exception);
        }
    }

    private static decimal Between(ToolArguments arguments)
    {
        decimal days = Math.Abs(Dates.Parse(arguments.Text("to")).DayNumber - Dates.Parse(arguments.Text("from")).DayNumber);
        return arguments.OptionalText("unit") == "weeks" ? Math.Round(days / 7, 2) : days;
    }
}
