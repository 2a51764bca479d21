using System.Text;

namespace AutoGpt.Sdk.Training.Tests.Data.Reading;

public sealed class RecordReaderTests
{
    private DataFolder _folder = null!;

    [SetUp]
    public void SetUp() => _folder = new DataFolder();

    [TearDown]
    public void TearDown() => _folder.Dispose();

    [Test]
    public void A_line_of_jsonl_is_a_text_a_pair_or_a_conversation()
    {
        string path = _folder.Write(
            "a.jsonl",
            """{"text":"häßlich 😀","label":"b"}""",
            "",
            """{"prompt":"1+1=","completion":"2","label":7}""" + "\r",
            """{"messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":"Hello"}],"label":null}""");
        TextRecord[] records = [.. new RecordReader().Read(path)];
        Assert.That(records, Has.Length.EqualTo(3));
        Assert.That((records[0].Text, records[0].Label, records[0].Place.Line), Is.EqualTo(("häßlich 😀", "b", 1L)));
        Assert.That((records[1].Prompt, records[1].Completion, records[1].Label, records[1].Place.Line), Is.EqualTo(("1+1=", "2", "7", 3L)));
        Assert.That(records[2].Messages.Select(message => (message.Role.Value, message.Text)), Is.EqualTo([("user", "Hi"), ("assistant", "Hello")]));
        Assert.That((records[2].Label, records[2].Content, records[2].Place.ToString()), Is.EqualTo(((string?)null, "Hi\nHello", $"{path}, line 4")));
    }

    [TestCase("not json", "line 2: the line is not JSON")]
    [TestCase("{\"text\":\"torn", "line 2: the line is not JSON")]
    [TestCase("{\"text\":\"a\"} {\"text\":\"b\"}", "line 2: the line is not JSON")]
    [TestCase("[1]", "line 2: the line is JSON, but an array instead of an object")]
    [TestCase("{\"txt\":\"a\"}", "line 2: the object has neither 'messages' nor 'prompt' with 'completion' nor 'text'; it has 'txt'")]
    [TestCase("{\"text\":5}", "line 2: 'text' is a number instead of a string")]
    [TestCase("{\"text\":\"\\uD800\"}", "line 2: a string in the line holds half a character")]
    [TestCase("{\"messages\":[]}", "line 2: the messages must be an array with at least one message")]
    [TestCase("{\"messages\":[{\"role\":\"user\",\"content\":\"a\"},{\"content\":\"b\"}]}", "line 2: message 2 has no 'role'")]
    [TestCase("{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\"}]}]}", "line 2: message 1 has a part that is no text")]
    [TestCase("{\"messages\":[{\"role\":\"assistant\",\"tool_calls\":[{\"function\":{\"name\":\"f\",\"arguments\":\"{\"}}]}]}", "line 2: message 1 has 'tool_calls' that are not")]
    public void A_line_that_cannot_be_read_stops_or_is_skipped_and_counted(string line, string problem)
    {
        string path = _folder.Write("a.jsonl", """{"text":"first"}""", line, """{"text":"third"}""");
        Assert.That(() => new RecordReader().Read(path).ToArray(), Throws.TypeOf<DatasetException>().With.Message.Contains($"a.jsonl, {problem}"));
        Assert.That(new RecordReader().Read(path).First().Text, Is.EqualTo("first"), "what comes before is given out");

        RecordReader reader = new(new RecordReaderOptions { OnFault = FaultAction.Skip });
        Assert.That(reader.Read(path).Select(record => record.Text), Is.EqualTo(["first", "third"]));
        Assert.That(reader.FaultCount, Is.EqualTo(1));
        Assert.That(reader.Faults.Single().Place, Is.EqualTo(new RecordPlace(path, 2)));
    }

    [Test]
    public void The_error_says_at_which_byte_of_the_file_JSON_ends()
    {
        string path = _folder.Write("a.jsonl", """{"text":"ä"}""", """{"text":x}""");
        Assert.That(() => new RecordReader().Read(path).ToArray(), Throws.TypeOf<DatasetException>().With.Property("Position").EqualTo(14 + 8));
    }

    [Test]
    public void Calls_results_reasoning_and_tools_are_kept()
    {
        string path = _folder.Write(
            "a.jsonl",
            """{"messages":[{"role":"user","content":[{"type":"text","text":"Sum "},{"type":"text","text":"it"}],"name":"Ann"},{"role":"assistant","content":null,"reasoning_content":"Add.","tool_calls":[{"id":"c1","type":"function","function":{"name":"add","arguments":"{\"a\":1}"}},{"function":{"name":"add","arguments":{"a":2}}}]},{"role":"tool","tool_call_id":"c1","content":"3"}],"tools":[{"type":"function","function":{"name":"add","description":"Adds","parameters":{"type":"object"}}}]}""");
        TextRecord record = new RecordReader().Read(path).Single();
        Assert.That((record.Messages[0].Text, record.Messages[0].AuthorName), Is.EqualTo(("Sum it", "Ann")));
        Assert.That(record.Messages[1].Contents.Select(content => content.GetType().Name), Is.EqualTo(["TextReasoningContent", "FunctionCallContent", "FunctionCallContent"]));
        Assert.That((record.Tools.Single().Name, record.Tools.Single().Description), Is.EqualTo(("add", "Adds")));
        Assert.That(record.Content, Is.EqualTo("Sum it\nAdd.\nadd a 1\nadd a 2\n3"));
        Assert.That(record.Map(text => text.ToUpperInvariant()).Content, Is.EqualTo("SUM IT\nADD.\nadd a 1\nadd a 2\n3"));
    }

    [Test]
    public void A_byte_that_is_no_UTF8_is_told_with_its_place()
    {
        byte[] latin = Encoding.Latin1.GetBytes("{\"text\":\"ok\"}\n{\"text\":\"caf\u00e9\"}\n{\"text\":\"ok\"}");
        string jsonl = _folder.Write("a.jsonl", latin), text = _folder.Write("a.txt", latin), csv = _folder.Write("a.csv", Encoding.Latin1.GetBytes("text\nok\ncaf\u00e9\n"));
        Assert.That(() => new RecordReader().Read(jsonl).ToArray(), Throws.TypeOf<DatasetException>().With.Property("Position").EqualTo(26).And.Message.Contains("line 2: the byte 0xE9 at position 26"));
        Assert.That(() => new RecordReader().Read(text).ToArray(), Throws.TypeOf<DatasetException>().With.Message.Contains("line 2: the byte 0xE9 at position 26"));
        Assert.That(() => new RecordReader().Read(csv).First(), Throws.TypeOf<DatasetException>().With.Message.Contains("the byte 0xE9 at position 11"), "before any row is given out");
        RecordReader reader = new(new RecordReaderOptions { OnFault = FaultAction.Skip });
        Assert.That(reader.Read(_folder.Path).Select(record => record.Text), Is.EqualTo(["ok", "ok"]), "of the text and the table nothing");
        Assert.That(reader.FaultCount, Is.EqualTo(3));
    }

    // The file is looked through in blocks of 65,536 bytes: characters lie over their borders, and so may faults.
    [TestCase(65534)]
    [TestCase(65535)]
    [TestCase(65536)]
    [TestCase(131071)]
    [TestCase(200000)]
    public void Blocks_end_anywhere(int place)
    {
        byte[] whole = Encoding.UTF8.GetBytes(new string('a', place % 4) + string.Concat(Enumerable.Repeat("😀", 60000)));
        string path = _folder.Write("a.txt", whole);
        Assert.That(Encoding.UTF8.GetBytes(new RecordReader().Read(path).Single().Text!), Is.EqualTo(whole));
        int fault = (place / 4 * 4) + (place % 4);
        whole[fault] = 0xFF;
        Assert.That(() => new RecordReader().Read(_folder.Write("b.txt", whole)).ToArray(), Throws.TypeOf<DatasetException>().With.Property("Position").InRange(fault - 3, fault));
        Assert.That(() => new RecordReader().Read(_folder.Write("c.txt", whole[..^1])).ToArray(), Throws.TypeOf<DatasetException>());
    }

    [TestCase("a.txt")]
    [TestCase("a.jsonl")]
    [TestCase("a.csv")]
    public void Files_without_a_record_or_in_UTF16_are_told(string name)
    {
        string path = _folder.Write(name, Array.Empty<byte>());
        Assert.That(() => new RecordReader().Read(path).ToArray(), Throws.TypeOf<DatasetException>().With.Message.EndsWith($"{name}: the file is empty."));
        _folder.Write(name, name == "a.csv" ? "text\n" : " \n\n");
        Assert.That(() => new RecordReader().Read(path).ToArray(), Throws.TypeOf<DatasetException>().With.Message.Contains("holds no record"));
        _folder.Write(name, [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes("text")]);
        Assert.That(() => new RecordReader().Read(path).ToArray(), Throws.TypeOf<DatasetException>().With.Message.Contains("UTF-16").And.Property("Position").EqualTo(0));
    }

    [Test]
    public void A_text_file_is_one_record_or_its_paragraphs_or_its_lines()
    {
        string path = _folder.Write("a.txt", [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes("one\r\ntwo\r\n\r\n \r\nthree\r\n")]);
        Assert.That(Read(TextUnit.File), Is.EqualTo([("one\r\ntwo\r\n\r\n \r\nthree\r\n", 1L)]));
        Assert.That(Read(TextUnit.Paragraph), Is.EqualTo([("one\ntwo", 1L), ("three", 5L)]));
        Assert.That(Read(TextUnit.Line), Is.EqualTo([("one", 1L), ("two", 2L), ("three", 5L)]));
        Assert.That(
            () => new RecordReader(new RecordReaderOptions { MaximumRecordBytes = 10 }).Read(path).ToArray(),
            Throws.TypeOf<DatasetException>().With.Message.Contains("Read paragraphs or lines (TextUnit)"));

        IEnumerable<(string?, long)> Read(TextUnit unit) => new RecordReader(new RecordReaderOptions { TextUnit = unit }).Read(path).Select(record => (record.Text, record.Place.Line));
    }

    [Test]
    public void A_table_has_texts_and_labels_by_its_header()
    {
        string path = _folder.Write("a.csv", "id,Text,label", "1,\"two\nlines, \"\"quoted\"\"\",x", "2,plain,", "3");
        RecordReader reader = new(new RecordReaderOptions { OnFault = FaultAction.Skip });
        Assert.That(reader.Read(path).Select(record => (record.Text, record.Label, record.Place.Line)), Is.EqualTo([("two\nlines, \"quoted\"", "x", 1L), ("plain", "", 2L)]));
        Assert.That(reader.Faults.Single().Message, Does.EndWith("a.csv, row 3: the row has 1 cells, and the column 'label' is number 3."));
        Assert.That(new RecordReader().Read(_folder.Write("b.tsv", "prompt\tcompletion", "a,b\tc")).Select(record => (record.Prompt, record.Completion)), Is.EqualTo([("a,b", "c")]));
        Assert.That(new RecordReader(new RecordReaderOptions { TextField = "mail" }).Read(_folder.Write("c.csv", "mail;label", "a,b;c")).Single().Text, Is.EqualTo("a,b"));
        Assert.That(() => new RecordReader().Read(_folder.Write("d.csv", "a,b", "1,2")).ToArray(), Throws.TypeOf<DatasetException>().With.Message.Contains("it has 'a', 'b'"));
        Assert.That(() => new RecordReader().Read(_folder.Write("e.csv", "text,label", "\"open,1", "b,2")).ToArray(), Throws.TypeOf<DatasetException>().With.Message.Contains("row 1: the file is no CSV"));
    }

    [Test]
    public void A_folder_is_read_in_the_order_of_its_paths()
    {
        foreach (string name in (string[])["b.txt", "a/z.txt", "B.txt", "a/a.md", ".git/x.txt", "a/.hidden.txt", "image.png"])
        {
            _folder.Write(name, name);
        }

        RecordReader reader = new();
        Assert.That(reader.Read(_folder.Path).Select(record => record.Text), Is.EqualTo(["B.txt", "a/a.md", "a/z.txt", "b.txt"]));
        Assert.That(reader.PassedOver.Select(Path.GetFileName), Is.EqualTo(["image.png"]));
        Assert.That(() => reader.Read(_folder.File("image.png")), Throws.TypeOf<DatasetException>().With.Message.Contains(".jsonl"));
        Assert.That(() => reader.Read(_folder.File("gone.txt")), Throws.TypeOf<DatasetException>().With.Message.Contains("no such file"));
        Assert.That(() => reader.Read(_folder.File(".git/..")), Is.Not.Null);
        Directory.CreateDirectory(_folder.File("empty"));
        Assert.That(() => reader.Read(_folder.File("empty")), Throws.TypeOf<DatasetException>().With.Message.Contains("no file to read"));
    }

    // Against the runtime's own lines: any lengths, with and without carriage returns and a last line end.
    [Test]
    public void Lines_are_cut_where_they_end()
    {
        var random = new SplitMix64(1, 0);
        for (int trial = 0; trial < 20; trial++)
        {
            string[] lines = [.. Enumerable.Range(0, 40).Select(_ => new string('x', random.Next(2) == 0 ? random.Next(5) : random.Next(40000)))];
            string end = random.Next(2) == 0 ? "\n" : "\r\n";
            string path = _folder.Write("a.jsonl", Encoding.UTF8.GetBytes(string.Join(end, lines) + (trial % 3 == 0 ? "" : end)));
            string[] expected = File.ReadAllLines(path);
            (string Text, long Number, long Position)[] read = [.. ByteLines.Read(path, 50000).Select(line => (Encoding.UTF8.GetString(line.Bytes.Span), line.Number, line.Position))];
            Assert.That(read.Select(line => line.Text), Is.EqualTo(expected));
            Assert.That(read.Select(line => line.Number), Is.EqualTo(Enumerable.Range(1, expected.Length)));
            Assert.That(read[^1].Position, Is.EqualTo(lines.Take(expected.Length - 1).Sum(line => (long)line.Length + end.Length)));
        }

        Assert.That(() => ByteLines.Read(_folder.Write("b.jsonl", "short", new string('x', 50)), 20).ToArray(), Throws.TypeOf<DatasetException>().With.Message.Contains("line 2: the line has more than 20 bytes"));
        Assert.That(() => ByteLines.Read(_folder.Write("b.jsonl", "short", new string('x', 500000)), 100000).ToArray(), Throws.TypeOf<DatasetException>().With.Message.Contains("line 2: the line has more than 100000 bytes"));
    }

    [Test]
    public void Reading_can_be_cancelled()
    {
        string path = _folder.Write("a.txt", "one", "two");
        using CancellationTokenSource cancellation = new();
        using IEnumerator<TextRecord> records = new RecordReader(new RecordReaderOptions { TextUnit = TextUnit.Line }).Read(path, cancellation.Token).GetEnumerator();
        Assert.That(records.MoveNext());
        cancellation.Cancel();
        Assert.That(() => records.MoveNext(), Throws.InstanceOf<OperationCanceledException>());
    }
}
