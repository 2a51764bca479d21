using System.Globalization;
using CsCheck;

namespace AutoGpt.Sdk.Tools.Tests;

public sealed class DataToolTests
{
    private const string Sales = "region,product,price,quantity\nnorth,tea,4.50,120\nsouth,\"coffee, dark\",7.20,80\nnorth,coffee,\"1,007.10\",60\nwest,tea,,200\n";

    [Test]
    public void Csv_is_filtered_projected_ordered_grouped_and_aggregated()
    {
        using ToolBench bench = new(("sales.csv", Sales), ("semi.csv", "a;b\n1;x\n2;y\n"));
        string Query(params (string, object?)[] arguments) => bench.Call("query_csv", [("path", "sales.csv"), .. arguments]);
        Assert.That(Query(("aggregate", "sum"), ("of", "quantity")), Is.EqualTo("460"));
        Assert.That(Query(("aggregate", "average"), ("of", "Quantity")), Is.EqualTo("115"));
        Assert.That(Query(("aggregate", "max"), ("of", "price")), Is.EqualTo("1007.1"));
        Assert.That(Query(("aggregate", "min"), ("of", "price")), Is.EqualTo("4.5"));
        Assert.That(Query(("aggregate", "count"), ("where_column", "product"), ("where_is", "contains"), ("where_value", "COFFEE")), Is.EqualTo("2"));
        Assert.That(Query(("aggregate", "count"), ("where_column", "quantity"), ("where_is", ">="), ("where_value", "120")), Is.EqualTo("2"));
        Assert.That(Query(("aggregate", "sum"), ("of", "quantity"), ("group_by", "region")), Is.EqualTo("region,sum_quantity\nnorth,180\nsouth,80\nwest,200"));
        Assert.That(Query(("columns", (string[])["product"]), ("order_by", "quantity"), ("order", "descending"), ("limit", 2)), Is.EqualTo("tea\ntea"));
        Assert.That(Query(("columns", (string[])["product", "price"]), ("where_column", "region"), ("where_is", "="), ("where_value", "South")), Is.EqualTo("product,price\n\"coffee, dark\",7.20"));
        Assert.That(bench.Call("query_csv", ("path", "semi.csv"), ("columns", (string[])["b"])), Is.EqualTo("x\ny"));
        Assert.That(() => Query(("aggregate", "sum"), ("of", "prise")), Throws.InstanceOf<ToolException>().With.Message.StartsWith("No column 'prise' in sales.csv. Columns: price, "));
        Assert.That(() => Query(("aggregate", "sum"), ("of", "product")), Throws.InstanceOf<ToolException>().With.Message.Contains("is no number"));
        Assert.That(() => Query(("group_by", "region")), Throws.InstanceOf<ToolArgumentException>());
    }

    [TestCase("salary,x", "salaries")]
    [TestCase("city,x", "Cities")]
    [TestCase("box,x", "boxes")]
    [TestCase("address,x", "addresses")]
    [TestCase("unit_cost,x", "unit cost")]
    [TestCase("Unit Cost,x", "unit-costs")]
    [TestCase("points,x", "point")]
    [TestCase("prices,price", "prices")]
    [TestCase("Price,price", "Price")]
    [TestCase("unit-cost,unit_cost", "unit cost", false)]
    [TestCase("class,x", "clas", false)]
    [TestCase("gas,x", "ga", false)]
    [TestCase("---,x", "***", false)]
    public void Columns_are_found_as_people_name_them(string columns, string name, bool found = true)
    {
        using ToolBench bench = new(("a.csv", columns + "\n1,2\n"));
        Assert.That(
            () => bench.Call("query_csv", ("path", "a.csv"), ("columns", (string[])[name])),
            found ? Is.EqualTo("1") : Throws.InstanceOf<ToolException>().With.Message.Contains($"No column '{name}'"));
    }

    [TestCase("user.name", "Ann")]
    [TestCase("items[1].price", "2.5")]
    [TestCase("items.length", "2")]
    [TestCase("$.flags", "{\"a\":true}")]
    public void Json_is_looked_up_by_path(string pointer, string expected)
    {
        using ToolBench bench = new(("a.json", """{"user":{"name":"Ann"},"items":[{"price":1},{"price":2.5}],"flags":{"a":true}}"""));
        Assert.That(bench.Call("query_json", ("path", "a.json"), ("pointer", pointer)), Is.EqualTo(expected));
        Assert.That(() => bench.Call("query_json", ("path", "a.json"), ("pointer", "user.nme")), Throws.InstanceOf<ToolException>().With.Message.Contains("Keys: name"));
        Assert.That(() => bench.Call("query_json", ("text", "{"), ("pointer", "a")), Throws.InstanceOf<ToolException>().With.Message.Contains("no JSON"));
    }

    [TestCase("2+3*4", "14")]
    [TestCase("(2+3)*4", "20")]
    [TestCase("0.1 + 0.2", "0.3")]
    [TestCase("-2^2", "-4")]
    [TestCase("2^3^2", "512")]
    [TestCase("10 % 4", "2")]
    [TestCase("1,250.50 / 2", "625.25")]
    [TestCase("$12 × 3", "36")]
    [TestCase("2^-1", "0.5")]
    public void Expressions_have_the_usual_precedence(string expression, string expected)
    {
        using ToolBench bench = new();
        Assert.That(bench.Call("calculate", ("expression", expression)), Is.EqualTo(expected));
    }

    [TestCase("1/0")]
    [TestCase("2+")]
    [TestCase("(1")]
    [TestCase("1 2")]
    [TestCase("hello")]
    [TestCase("")]
    [TestCase("99999999999999999999^9")]
    public void What_is_no_expression_is_told(string expression)
    {
        using ToolBench bench = new();
        Assert.That(() => bench.Call("calculate", ("expression", expression)), Throws.InstanceOf<ToolException>());
    }

    [Test]
    public void Random_expressions_have_the_value_of_their_tree()
    {
        using ToolBench bench = new();
        Gen<(string Text, decimal Value)> expressions = Gen.Recursive<(string Text, decimal Value)>((depth, inner) => depth > 3
            ? Gen.Int[0, 20].Select(number => (number.ToString(CultureInfo.InvariantCulture), (decimal)number))
            : Gen.OneOf(
                Gen.Int[0, 20].Select(number => (number.ToString(CultureInfo.InvariantCulture), (decimal)number)),
                Gen.Select(inner, inner, (left, right) => ($"({left.Text}+{right.Text})", left.Value + right.Value)),
                Gen.Select(inner, inner, (left, right) => ($"({left.Text} - {right.Text})", left.Value - right.Value)),
                Gen.Select(inner, inner, (left, right) => ($"{left.Text}*({right.Text})", left.Value * right.Value)).Where(pair => !pair.Item1.StartsWith('-')),
                inner.Select(one => ($"(-{one.Text})", -one.Value))));
        expressions.Where(expression => !expression.Text.Contains("--", StringComparison.Ordinal)).Sample(expression =>
            decimal.Parse(bench.Call("calculate", ("expression", expression.Text)), CultureInfo.InvariantCulture) == expression.Value, iter: 500);
    }

    [TestCase("5", "km", "miles", "3.10686")]
    [TestCase("100", "celsius", "fahrenheit", "212")]
    [TestCase("-40", "°F", "°C", "-40")]
    [TestCase("two", "hours", "minutes", "120")]
    [TestCase("1", "GB", "MB", "1000")]
    [TestCase("12", "inches", "feet", "1")]
    [TestCase("1", "pound", "grams", "453.592")]
    [TestCase("32", "F", "C", "0")]
    [TestCase("212", "F", "C", "100")]
    [TestCase("33", "F", "C", "0.555556")]
    [TestCase("0", "K", "C", "-273.15")]
    [TestCase("273.15", "K", "F", "32")]
    [TestCase("0", "K", "F", "-459.67")]
    [TestCase("-459.67", "F", "K", "0")]
    [TestCase("0", "C", "F", "32")]
    [TestCase("36", "km/h", "m/s", "10")]
    [TestCase("a", "mile", "km", "1.60934")]
    [TestCase("1.5", "s", "ms", "1500")]
    [TestCase("250", "milliseconds", "seconds", "0.25")]
    public void Units_convert(string value, string from, string to, string expected)
    {
        using ToolBench bench = new();
        Assert.That(bench.Call("convert_units", ("value", value), ("from", from), ("to", to)), Is.EqualTo(expected));
        Assert.That(() => bench.Call("convert_units", ("value", value), ("from", from), ("to", "parsecs")), Throws.InstanceOf<ToolException>().With.Message.Contains("No unit"));
    }

    [Test]
    public void Different_dimensions_do_not_convert()
    {
        using ToolBench bench = new();
        Assert.That(() => bench.Call("convert_units", ("value", 1), ("from", "km"), ("to", "kg")), Throws.InstanceOf<ToolException>().With.Message.Contains("Cannot convert"));
    }

    [Test]
    public void A_conversion_too_large_to_write_down_is_told()
    {
        using ToolBench bench = new();
        Assert.That(() => bench.Call("convert_units", ("value", "7e28"), ("from", "km"), ("to", "mm")), Throws.InstanceOf<ToolException>().With.Message.Contains("too large"));
    }

    [TestCase("2024-01-31", "after", "one", "months", "2024-02-29")]
    [TestCase("31 March 2026", "before", "1", "months", "2026-02-28")]
    [TestCase("February 29, 2024", "after", "a", "years", "2025-02-28")]
    [TestCase("2026-03-01", "before", "two", "weeks", "2026-02-15")]
    [TestCase("3rd of March 2026", "after", "twenty-five", "days", "2026-03-28")]
    [TestCase("12/31/2025", "after", "1", "days", "2026-01-01")]
    [TestCase("Sept. 5, 2026", "after", "1", "days", "2026-09-06")]
    [TestCase("5th of sept., 2026", "after", "1", "days", "2026-09-06")]
    [TestCase("5 Sept, 2026", "after", "1", "days", "2026-09-06")]
    [TestCase("Sept 5 2026", "after", "1", "days", "2026-09-06")]
    [TestCase("Dec. 31st, 2025", "after", "1", "days", "2026-01-01")]
    public void Dates_shift(string date, string direction, string amount, string unit, string expected)
    {
        using ToolBench bench = new();
        Assert.That(bench.Call("shift_date", ("date", date), ("direction", direction), ("amount", amount), ("unit", unit)), Is.EqualTo(expected));
    }

    [Test]
    public void Numbers_combine_and_compare()
    {
        using ToolBench bench = new();
        Assert.That(bench.Call("days_between", ("from", "2026-03-01"), ("to", "2024-02-28")), Is.EqualTo("732"));
        Assert.That(bench.Call("days_between", ("from", "2026-03-01"), ("to", "2026-03-15"), ("unit", "weeks")), Is.EqualTo("2"));
        Assert.That(bench.Call("combine_numbers", ("left", "30"), ("operator", "as_percent_of"), ("right", 120)), Is.EqualTo("25"));
        Assert.That(bench.Call("combine_numbers", ("left", "15"), ("operator", "percent_of"), ("right", 80)), Is.EqualTo("12"));
        Assert.That(() => bench.Call("combine_numbers", ("left", 1), ("operator", "divide"), ("right", 0)), Throws.InstanceOf<ToolException>());
        Assert.That(bench.Call("compare", ("left", 12), ("right", "7"), ("left_name", "a.txt"), ("right_name", "b.txt")), Is.EqualTo("a.txt (12) is greater than b.txt (7)"));
        Assert.That(bench.Call("compare", ("left", 7), ("right", 7)), Is.EqualTo("7 is equal to 7"));
    }
}
