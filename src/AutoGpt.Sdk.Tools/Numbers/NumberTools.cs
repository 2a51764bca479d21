using System.Text.Json.Nodes;

namespace AutoGpt.Sdk.Tools;

/// <summary>Arithmetic, comparison and units.</summary>
internal static class NumberTools
{
    public static IEnumerable<ToolDefinition> Create()
    {
        yield return new ToolDefinition("calculate", "Evaluates an arithmetic expression with + - * / % ^ and brackets.")
        {
            Parameters = [new Parameter("expression", "The expression, such as (12.5+3)*4.") { QuotedAs = "expression" }],
            Forms = ["expression"],
            Body = (arguments, _) => Number(Calculator.Evaluate(arguments.Text("expression"))),
        };
        yield return new ToolDefinition("combine_numbers", "Combines two numbers: 15 percent_of 80 is 12, 12 as_percent_of 80 is 15.")
        {
            Parameters =
            [
                new Parameter("left", "A number or the result of a step.") { QuotedAs = "number", Reference = true },
                new Parameter("operator", "What to do.") { Words = ["add", "subtract", "multiply", "divide", "percent_of", "as_percent_of"] },
                new Parameter("right", "A number or the result of a step.") { QuotedAs = "number", Reference = true },
            ],
            Forms = ["left operator right"],
            Body = (arguments, _) => Number(Combine(arguments)),
        };
        yield return new ToolDefinition("compare", "Says which of two numbers is greater.")
        {
            Parameters =
            [
                new Parameter("left", "A number or the result of a step.") { QuotedAs = "number", Reference = true },
                new Parameter("right", "A number or the result of a step.") { QuotedAs = "number", Reference = true },
                new Parameter("left_name", "What the left number belongs to, such as a file.") { QuotedAs = "span" },
                new Parameter("right_name", "What the right number belongs to.") { QuotedAs = "span" },
            ],
            Forms = ["left right", "left right left_name right_name"],
            Body = (arguments, _) => ValueTask.FromResult<JsonNode>(Compare(arguments)),
        };
        yield return new ToolDefinition("convert_units", "Converts a value from one unit to another: lengths, masses, volumes, temperatures, times, speeds, amounts of data.")
        {
            Parameters =
            [
                new Parameter("value", "A number or the result of a step.") { QuotedAs = "number", Reference = true },
                new Parameter("from", "The unit it is in.") { QuotedAs = "word" },
                new Parameter("to", "The unit that is wanted.") { QuotedAs = "word" },
            ],
            Forms = ["value from to"],
            Body = (arguments, _) => Number(Units.Convert(arguments.Amount("value"), arguments.Text("from"), arguments.Text("to"))),
        };
    }

    public static JsonNode ToJson(decimal number) => JsonNode.Parse(Numerals.Show(number))!;

    private static ValueTask<JsonNode> Number(decimal number) => ValueTask.FromResult(ToJson(number));

    private static decimal Combine(ToolArguments arguments)
    {
        decimal left = arguments.Number("left");
        decimal right = arguments.Number("right");
        string operation = arguments.Text("operator");
        try
        {
            return operation switch
            {
                "add" => left + right,
                "subtract" => left - right,
                "multiply" => left * right,
                "divide" => left / right,
                "percent_of" => left * right / 100,
                _ => left / right * 100,
            };
        }
        catch (Exception exception) when (exception is DivideByZeroException or OverflowException)
        {
            throw new ToolException($"{left} {operation} {right} has no value that can be written down.", exception);
        }
    }

    private static string Compare(ToolArguments arguments)
    {
        decimal left = arguments.Number("left");
        decimal right = arguments.Number("right");
        string relation = left > right ? "greater than" : left < right ? "less than" : "equal to";
        return $"{Named(arguments.OptionalText("left_name"), left)} is {relation} {Named(arguments.OptionalText("right_name"), right)}";
    }

    private static string Named(string? name, decimal number) => name is null ? Numerals.Show(number) : $"{name} ({Numerals.Show(number)})";
}
