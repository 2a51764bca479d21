using System.Text.Json.Nodes;

namespace AutoGpt.Sdk.IntegrationTests.CommandLine;

/// <summary><c>train</c>, <c>finetune</c>, <c>evaluate</c> and <c>export</c> one after the other, and what they say to bad input: one line, and nothing is lost.</summary>
[CancelAfter(300_000)]
public sealed class TuningTests
{
    private string _folder = "";

    [OneTimeSetUp]
    public async Task SetUp()
    {
        _folder = Directory.CreateTempSubdirectory("autogpt-tuning-").FullName;
        string[] words = ["one", "two", "three", "four", "five", "six", "seven", "eight"];
        await File.WriteAllLinesAsync(In("corpus.txt"), Enumerable.Range(0, 400).Select(i => $"{words[i % 8]} and {words[i * 3 % 7]} make {words[i * 5 % 8]}; Label: even or odd."));
        await File.WriteAllLinesAsync(In("data.jsonl"), Enumerable.Range(0, 60).Select(i => $$"""{"prompt":"{{words[i % 8]}} {{words[i * 3 % 7]}} {{i}} is","completion":" {{words[i * 5 % 8]}}","note":"not read"}"""));
        await File.WriteAllLinesAsync(In("labels.jsonl"), Enumerable.Range(0, 60).Select(i => $$"""{"text":"{{words[i % 8]}} {{words[i * 3 % 7]}} {{i}}","label":"{{(i % 2 == 0 ? "even" : "odd")}}"}"""));
        (int code, string _, string error) = await CommandLineProgram.RunAsync(
            "train", "--data", In("corpus.txt"), "--vocabulary", "300", "--layers", "1", "--heads", "2", "--width", "32", "--block", "48", "--batch", "4", "--iterations", "5", "--output", In("base"));
        Assert.That(code, Is.Zero, error);
    }

    [OneTimeTearDown]
    public void TearDown() => Directory.Delete(_folder, recursive: true);

    [TestCase("lora", "adapter")]
    [TestCase("full", "model")]
    public async Task A_model_is_taught_measured_and_exported(string method, string result)
    {
        string output = In("tuned-" + method);
        JsonNode tuned = await Done("finetune", "--data", In("data.jsonl"), "--model", In("base/last"), "--output", output, "--method", method, "--iterations", "12", "--learning-rate", "0.01", "--batch-tokens", "256", "--json");
        Assert.That((string)tuned["path"]!, Is.EqualTo(Path.Combine(output, result)));
        double before = (double)tuned["heldOutBefore"]!["loss"]!["estimate"]!, after = (double)tuned["heldOutAfter"]!["loss"]!["estimate"]!;
        Assert.That(after, Is.LessThan(before));

        // Measured again from what is on the disk: the same.
        string[] model = method == "full" ? ["--model", Path.Combine(output, "model")] : ["--model", In("base/last"), "--adapter", Path.Combine(output, "adapter")];
        JsonNode measured = await Done(["evaluate", "--data", In("data.jsonl"), .. model, "--max-tokens", "4", "--shots", "1", "--output", In(method + ".jsonl"), "--json"]);
        Assert.That(await File.ReadAllLinesAsync(In(method + ".jsonl")), Has.Length.EqualTo((int)measured["records"]!));
        Assert.That(measured["figures"]!.AsObject().Select(figure => figure.Key), Is.EquivalentTo(["loss", "perplexity", "exactMatch", "bleu", "chrF", "rouge1", "rouge2", "rougeL"]));
        measured = await Done(["evaluate", "--data", In("data.jsonl"), .. model, "--metrics", "likelihood", "--json"]);
        Assert.That((double)measured["figures"]!["loss"]!["estimate"]!, Is.EqualTo(after));

        if (method == "lora")
        {
            // A run that is over goes on to nothing, and leaves the merged model besides.
            tuned = await Done("finetune", "--data", In("data.jsonl"), "--model", In("base/last"), "--output", output, "--iterations", "12", "--learning-rate", "0.01", "--batch-tokens", "256", "--resume", "--merge", "--json");
            Assert.That((double)tuned["heldOutAfter"]!["loss"]!["estimate"]!, Is.EqualTo(after));
        }

        await Done("export", "--model", Path.Combine(output, "model"), "--output", In(method + ".gguf"), "--json");
        measured = await Done("evaluate", "--data", In("data.jsonl"), "--model", In(method + ".gguf"), "--metrics", "likelihood", "--json");
        Assert.That((double)measured["figures"]!["loss"]!["estimate"]!, Is.EqualTo(after).Within(.1));
    }

    [TestCase("prefix", "0.5")]
    [TestCase("prompt", "0.05")]
    public async Task Virtual_tokens_are_taught_and_asked(string method, string rate)
    {
        string output = In("tuned-" + method), adapter = Path.Combine(output, "adapter");
        JsonNode tuned = await Done("finetune", "--data", In("data.jsonl"), "--model", In("base/last"), "--output", output, "--method", method, "--tokens", "4", "--iterations", "40", "--learning-rate", rate, "--batch-tokens", "256", "--json");

        // What is held out they do not help with: this model has nothing yet that they could bring out.
        Assert.That((double)tuned["trainLoss"]!, Is.LessThan((double)tuned["firstLoss"]!));
        JsonNode measured = await Done("evaluate", "--data", In("data.jsonl"), "--model", In("base/last"), "--adapter", adapter, "--metrics", "likelihood", "--json");
        Assert.That((double)measured["figures"]!["loss"]!["estimate"]!, Is.EqualTo((double)tuned["heldOutAfter"]!["loss"]!["estimate"]!).And.Not.EqualTo((double)tuned["heldOutBefore"]!["loss"]!["estimate"]!));

        // The readable network in torch answers alike.
        JsonNode[] scores = [.. await Task.WhenAll(((string[])["simd", "torch"]).Select(backend => Done("score", "--ids", "5,9,40,41,7,80", "--model", In("base/last"), "--adapter", adapter, "--backend", backend, "--json")))];
        double[][] logs = Array.ConvertAll(scores, score => score["logprobs"]!.AsArray().Skip(1).Select(value => (double)value!).ToArray());
        Assert.That(logs[0], Has.Length.EqualTo(5).And.EqualTo(logs[1]).Within(1e-2));
        Assert.That(logs[0], Is.Not.EqualTo((await Done("score", "--ids", "5,9,40,41,7,80", "--model", In("base/last"), "--json"))["logprobs"]!.AsArray().Skip(1).Select(value => (double)value!)).Within(1e-1), "the adapter does something");
    }

    [TestCase("--method prefix --rank 4", "--rank is for lora; --method is prefix.")]
    [TestCase("--method full --targets q_proj", "--targets is for lora; --method is full.")]
    [TestCase("--tokens 4", "--tokens is for prefix and prompt; --method is lora.")]
    [TestCase("--method prompt --tokens 47", "--tokens is 47; it must be at most 46: they take their room in the model's context of 48")]
    [TestCase("--alpha NaN", "--alpha is NaN; it must be a finite number")]
    [TestCase("--patience 2 --validation 0", "--patience needs records to choose by")]
    [TestCase("--average 0.9 --validation 0", "--average needs records to choose by")]
    public async Task Options_that_cannot_be_honoured_are_refused(string options, string message)
    {
        Assert.That(await Complaint(["finetune", "--data", In("data.jsonl"), "--model", In("base/last"), "--output", In("refused-options"), .. options.Split(' ')]), Does.Contain(message));
        Assert.That(Directory.Exists(In("refused-options")), Is.False, "nothing was begun");
    }

    [Test]
    public async Task Labels_are_chosen_between()
    {
        JsonNode measured = await Done("evaluate", "--data", In("labels.jsonl"), "--model", In("base/last"), "--split", "all", "--metrics", "labels", "--json");
        Assert.That((int)measured["records"]!, Is.EqualTo(60));
        Assert.That(measured["confusion"]!["labels"]!.AsArray().Select(label => (string)label!), Is.EqualTo(["even", "odd"]));
        Assert.That(measured["confusion"]!["counts"]!.AsArray().Sum(row => row!.AsArray().Sum(count => (int)count!)), Is.EqualTo(60));
    }

    [Test]
    public async Task Bad_input_is_told_in_one_line()
    {
        await File.WriteAllTextAsync(In("empty.jsonl"), "");
        await File.WriteAllBytesAsync(In("latin1.csv"), [.. "prompt,completion\ncaf"u8, 0xE9, .. ",b\n"u8]);
        string[] lines = await File.ReadAllLinesAsync(In("data.jsonl"));
        await File.WriteAllLinesAsync(In("broken.jsonl"), [.. lines[..4], "{\"prompt\": \"a\", ", .. lines[4..]]);
        await File.WriteAllLinesAsync(In("unknown.jsonl"), ["""{"question":"a","answer":"b"}"""]);
        await File.WriteAllLinesAsync(In("unknown.csv"), ["question,answer", "a,b"]);
        Assert.That(await Refused("evaluate", "empty.jsonl"), Does.Contain("empty.jsonl: the file is empty"));
        Assert.That(await Refused("finetune", "latin1.csv"), Does.Contain("latin1.csv").And.Contain("0xE9"));
        Assert.That(await Refused("finetune", "broken.jsonl"), Does.Contain("broken.jsonl, line 5: the line is not JSON"));
        Assert.That(await Refused("evaluate", "unknown.jsonl"), Does.Contain("unknown.jsonl, line 1").And.Contain("it has 'question', 'answer'"));
        Assert.That(await Refused("finetune", "unknown.csv"), Does.Contain("it has 'question', 'answer'"));
        Assert.That(Directory.Exists(In("refused")), Is.False, "nothing was begun");
        JsonNode measured = await Done("evaluate", "--data", In("broken.jsonl"), "--model", In("base/last"), "--metrics", "likelihood", "--skip-invalid", "--json");
        Assert.That((int)measured["records"]!, Is.GreaterThan(0));
        measured = await Done("evaluate", "--data", In("unknown.csv"), "--prompt-field", "question", "--completion-field", "answer", "--split", "all", "--model", In("base/last"), "--metrics", "likelihood", "--json");
        Assert.That((int)measured["records"]!, Is.EqualTo(1));
    }

    [Test]
    public async Task Labels_that_are_not_learnt_and_adapters_of_others_are_told()
    {
        string last = await Complaint("evaluate", "--data", In("labels.jsonl"), "--model", In("base/last"), "--labels", "even,neither");
        Assert.That(last, Does.Contain("the label 'odd' is not among those to learn from: 'even', 'neither'"));

        // Each record a label of its own: what is held out has none of those to learn from.
        string[] lines = await File.ReadAllLinesAsync(In("labels.jsonl"));
        await File.WriteAllLinesAsync(In("strange.jsonl"), lines.Select((line, index) => line.Replace("odd", $"odd{index}", StringComparison.Ordinal).Replace("even", $"even{index}", StringComparison.Ordinal)));
        Assert.That(await Complaint("finetune", "--data", In("strange.jsonl"), "--model", In("base/last"), "--output", In("strange")), Does.Contain("strange.jsonl, line ").And.Contain("is not among those to learn from"));
        Assert.That(Directory.Exists(In("strange")), Is.False);

        Assert.That((await CommandLineProgram.RunAsync(
            "train", "--data", In("corpus.txt"), "--vocabulary", "300", "--layers", "1", "--heads", "2", "--width", "32", "--block", "48", "--batch", "4", "--iterations", "1", "--seed", "9", "--output", In("other"))).Code, Is.Zero);
        await Done("finetune", "--data", In("data.jsonl"), "--model", In("other/last"), "--output", In("others"), "--iterations", "1", "--held-out", "0", "--batch-tokens", "256", "--json");
        Assert.That(
            await Complaint("evaluate", "--data", In("data.jsonl"), "--model", In("base/last"), "--adapter", In("others/adapter")),
            Does.Contain("the adapter was made for another network").And.Contain("Load it on the network it was trained on"));
    }

    [Test]
    public async Task A_full_disk_is_told_and_loses_nothing()
    {
        string output = In("full");
        string[] finetune = ["finetune", "--data", In("data.jsonl"), "--model", In("base/last"), "--output", output, "--method", "full", "--held-out", "0", "--iterations", "4", "--batch-tokens", "256"];
        Last(await CommandLineProgram.RunWithoutRoomAsync(8, finetune));
        Assert.That(Directory.EnumerateFiles(output, "*.safetensors", SearchOption.AllDirectories), Is.Empty, "no half of a file");
        Assert.That((await CommandLineProgram.RunAsync(finetune)).Code, Is.Zero, "with room the same command works");

        // The figures are told before the file is written.
        File.WriteAllText(In("kept.jsonl"), "as it was");
        (int Code, string Output, string Error) failed = await CommandLineProgram.RunWithoutRoomAsync(
            1, "evaluate", "--data", In("data.jsonl"), "--split", "all", "--model", In("base/last"), "--metrics", "likelihood", "--output", In("kept.jsonl"), "--json");
        Last(failed);
        Assert.That(failed.Output, Does.Contain("\"loss\""));
        Assert.That(await File.ReadAllTextAsync(In("kept.jsonl")), Is.EqualTo("as it was"));
        Assert.That(File.Exists(In("kept.jsonl.part")), Is.False);
    }

    private static async Task<JsonNode> Done(params string[] arguments)
    {
        (int code, string output, string error) = await CommandLineProgram.RunAsync(arguments);
        Assert.That(code, Is.Zero, error);
        return JsonNode.Parse(output.TrimEnd().Split('\n')[^1])!;
    }

    // What comes before it tells of progress.
    private static string Last((int Code, string Output, string Error) ended)
    {
        string last = ended.Error.TrimEnd().Split('\n')[^1];
        Assert.That(ended.Code, Is.EqualTo(1), ended.Error);
        Assert.That(last, Does.StartWith("error: "), ended.Error);
        Assert.That(ended.Error, Does.Not.Contain("   at "), "no stack");
        return last;
    }

    private static async Task<string> Complaint(params string[] arguments) => Last(await CommandLineProgram.RunAsync(arguments));

    private async Task<string> Refused(string command, string data)
    {
        string[] more = command == "finetune" ? ["--output", In("refused")] : [];
        (int code, string output, string error) = await CommandLineProgram.RunAsync([command, "--data", In(data), "--model", In("base/last"), .. more]);
        Assert.That((code, output), Is.EqualTo((1, "")), error);
        Assert.That(error.TrimEnd(), Does.StartWith("error: ").And.Not.Contain("\n"), "one line");
        return error;
    }

    private string In(string name) => Path.Combine(_folder, name);
}
