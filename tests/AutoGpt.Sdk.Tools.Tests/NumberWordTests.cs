using System.Globalization;

namespace AutoGpt.Sdk.Tools.Tests;

public sealed class NumberWordTests
{
    [TestCase("two thousand five hundred", "2500")]
    [TestCase("one thousand two hundred", "1200")]
    [TestCase("twelve hundred", "1200")]
    [TestCase("two hundred and five thousand and thirty-one", "205031")]
    [TestCase("three million four hundred thousand and six", "3400006")]
    [TestCase("a hundred thousand", "100000")]
    [TestCase("a hundred and one", "101")]
    [TestCase("A million", "1000000")]
    [TestCase("million", "1000000")]
    [TestCase("2.5 million", "2500000")]
    [TestCase("-$1.5 million", "-1500000")]
    [TestCase("two billion", "2000000000")]
    [TestCase("two hundreds", "200")]
    [TestCase("three thousands", "3000")]
    [TestCase("five millions", "5000000")]
    [TestCase("two dozens", "24")]
    [TestCase("a dozen", "12")]
    [TestCase("hundred thousand", "100000")]
    [TestCase("zero", "0")]
    [TestCase("minus", null)]
    [TestCase("-twenty-five", "-25")]
    [TestCase("-$4", "-4")]
    [TestCase("$-4", "-4")]
    [TestCase("−€ 4.20", "-4.2")]
    [TestCase("4-", "-4")]
    [TestCase("+4%", "4")]
    [TestCase("1,250.50", "1250.5")]
    [TestCase("1,250,000", "1250000")]
    [TestCase("1.5e3", "1500")]
    [TestCase("3,50", null)]
    [TestCase("1,2500", null)]
    [TestCase("1250,000", null)]
    [TestCase("1,25,000", null)]
    [TestCase(",500", null)]
    [TestCase("1.250,50", null)]
    [TestCase("and", null)]
    [TestCase("a", null)]
    [TestCase("An", null)]
    [TestCase("a and", null)]
    [TestCase("hundred and", null)]
    [TestCase("two and three", null)]
    [TestCase("two three", null)]
    [TestCase("twenty twenty", null)]
    [TestCase("twenty eleven", null)]
    [TestCase("two thousand million", null)]
    [TestCase("hundred hundred", null)]
    [TestCase("hundreds", null)]
    [TestCase("dozens", null)]
    [TestCase("a thousands", null)]
    [TestCase("a dozen five", null)]
    [TestCase("2020-12", null)]
    [TestCase("2 3 million", null)]
    [TestCase("--4", null)]
    [TestCase("-4-", null)]
    [TestCase("$", null)]
    [TestCase("-", null)]
    public void Numbers_are_read_whole_or_not_at_all(string text, string? expected)
    {
        using ToolBench bench = new();
        if (expected is null)
        {
            Assert.That(() => bench.Call("combine_numbers", ("left", text), ("operator", "add"), ("right", 0)), Throws.InstanceOf<ToolArgumentException>().With.Message.Contains("is no number"));
            return;
        }

        Assert.That(bench.Call("combine_numbers", ("left", text), ("operator", "add"), ("right", 0)), Is.EqualTo(expected));
    }

    [Test]
    public void Every_number_in_words_is_itself()
    {
        using ToolBench bench = new();
        foreach (int number in (int[])[.. Enumerable.Range(1, 130), 999, 1000, 1001, 1100, 2019, 9999, 12_345, 100_000, 110_017, 999_999, 1_000_000, 7_654_321])
        {
            Assert.That(
                bench.Call("combine_numbers", ("left", Spelt(number)), ("operator", "add"), ("right", 0)), Is.EqualTo(number.ToString(CultureInfo.InvariantCulture)), Spelt(number));
        }
    }

    [Test]
    public void An_article_is_one_where_something_is_counted_and_a_letter_in_a_table()
    {
        using ToolBench bench = new(("grades.csv", "name,grade,points\nann,A,3\nbob,1,4\ncy,and,0\n"), ("notes.txt", "x\ny\n"));
        int Rows(string column, string value) => int.Parse(
            bench.Call("query_csv", ("path", "grades.csv"), ("aggregate", "count"), ("where_column", column), ("where_is", "="), ("where_value", value)), CultureInfo.InvariantCulture);
        Assert.That(Rows("grade", "A"), Is.EqualTo(1));
        Assert.That(Rows("grade", "1"), Is.EqualTo(1));
        Assert.That(Rows("points", "and"), Is.Zero);
        Assert.That(() => bench.Call("query_csv", ("path", "grades.csv"), ("aggregate", "sum"), ("of", "grade")), Throws.InstanceOf<ToolException>().With.Message.Contains("'A' in the column 'grade' is no number"));
        Assert.That(() => bench.Call("compare", ("left", "A"), ("right", 1)), Throws.InstanceOf<ToolArgumentException>());
        Assert.That(bench.Call("shift_date", ("date", "2026-03-01"), ("direction", "after"), ("amount", "a"), ("unit", "weeks")), Is.EqualTo("2026-03-08"));
        Assert.That(bench.Call("take_lines", ("path", "notes.txt"), ("from", "start"), ("lines", "a")), Is.EqualTo("x"));
    }

    [Test]
    public void A_decimal_comma_is_one_between_semicolons_only()
    {
        using ToolBench bench = new(
            ("comma.csv", "item;price;note\ntea;3,50;x\ncup;1.250,50 €;y\npot;1.250;z\nspoon;-0,5;w\n"),
            ("point.csv", "item;price\ntea;3.50\npot;1,250.50\n"),
            ("mixed.csv", "item;price\ntea;3,50\npot;3.50\n"),
            ("quoted.csv", "item,price\ntea,\"3,50\"\n"));
        string Query(string path, params (string, object?)[] arguments) => bench.Call("query_csv", [("path", path), .. arguments]);
        Assert.That(Query("comma.csv", ("aggregate", "sum"), ("of", "price")), Is.EqualTo("2503.5"));
        Assert.That(Query("comma.csv", ("columns", "item"), ("order_by", "price")), Is.EqualTo("spoon\ntea\npot\ncup"));
        foreach (string value in (string[])["3.4", "3,4"])
        {
            Assert.That(Query("comma.csv", ("columns", "item"), ("where_column", "price"), ("where_is", ">"), ("where_value", value)), Is.EqualTo("tea\ncup\npot"), value);
        }

        Assert.That(Query("point.csv", ("aggregate", "sum"), ("of", "price")), Is.EqualTo("1254"));
        Assert.That(() => Query("mixed.csv", ("aggregate", "sum"), ("of", "price")), Throws.InstanceOf<ToolException>().With.Message.Contains("'3.50' in the column 'price' is no number"));
        Assert.That(() => Query("quoted.csv", ("aggregate", "sum"), ("of", "price")), Throws.InstanceOf<ToolException>().With.Message.Contains("'3,50' in the column 'price' is no number"));
        Assert.That(() => bench.Call("calculate", ("expression", "3,50 * 2")), Throws.InstanceOf<ToolException>());
    }

    private static readonly string[] s_small =
    [
        "", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen",
        "seventeen", "eighteen", "nineteen",
    ];

    private static readonly string[] s_tens = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];

    private static string Spelt(int number) => number switch
    {
        >= 1_000_000 => $"{Spelt(number / 1_000_000)} million {Spelt(number % 1_000_000)}".Trim(),
        >= 1000 => $"{Spelt(number / 1000)} thousand {Spelt(number % 1000)}".Trim(),
        >= 100 => $"{Spelt(number / 100)} hundred{(number % 100 > 0 ? " and " : "")}{Spelt(number % 100)}",
        >= 20 => $"{s_tens[number / 10]}{(number % 10 > 0 ? "-" : "")}{s_small[number % 10]}",
        _ => s_small[number],
    };
}
