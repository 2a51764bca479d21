using AutoGpt.Sdk.Kernels;
using AutoGpt.Sdk.Models;
using AutoGpt.Sdk.Testing;
using Microsoft.Extensions.AI;

namespace AutoGpt.Sdk.Training.Tests.Evaluation;

/// <summary>Held to the network in double precision, one text at a time, and to answers that a script gives.</summary>
public sealed class ModelEvaluationTests
{
    private const int End = 256;

    private static readonly TransformerConfig s_config = Shapes.Llama with { ContextLength = 64, VocabularySize = 257 };
    private static readonly TextRecord[] s_labelled =
        [Labelled("good day", "yes", 1), Labelled("bad luck", "no", 2), Labelled("so so", "not at all", 3), Labelled("fine", "yes", 4), Labelled("never", "no", 5), Labelled("ever", "not at all", 6)];

    private static readonly TextRecord[] s_questions = [Question("1+1=", "2", 1), Question("2+2=", "4", 2), Question("the sum of 4 and 5 is ", "nine", 3)];

    private readonly ReferenceTransformer _reference;
    private CausalLanguageModel _model = null!;

    public ModelEvaluationTests()
    {
        using TensorList weights = RandomWeights.Of(s_config);
        _reference = new ReferenceTransformer(s_config, weights.Views());
    }

    [OneTimeSetUp]
    public void Load()
    {
        using TensorList weights = RandomWeights.Of(s_config);
        _model = new CausalLanguageModel(SimdBackend.Create(s_config, weights, new SimdBackendOptions { KeyValues = KeyValueFormat.F32 }), new ByteTokenizer());
    }

    [OneTimeTearDown]
    public void Dispose() => _model.Dispose();

    [Test]
    public async Task The_loss_is_that_of_texts_and_answers_over_all_tokens()
    {
        TextRecord text = new() { Text = "A text of more bytes than the context of sixty-four has: it goes on in a further piece, and each byte counts once." };
        ModelEvaluationReport report = await Evaluate(new ModelEvaluationOptions { Parts = EvaluationParts.Likelihood }, [.. s_questions, text]);

        // The answers with their ends; the text in pieces of a context, of which the last token of one is the first of the next.
        int[] ids = [.. text.Text.Select(letter => (int)letter), End];
        double nats = s_questions.Sum(question => Nats(question.Prompt!, question.Completion!, end: true)) + Nats(ids[..65], 1) + Nats(ids[64..], 1);
        int tokens = s_questions.Sum(question => question.Completion!.Length + 1) + ids.Length - 1;
        Assert.That(report.Likelihood!.Tokens, Is.EqualTo(tokens));
        Assert.That(report.Likelihood.Loss.Estimate, Is.EqualTo(nats / tokens).Within(1e-5));
        Assert.That(report.Likelihood.Perplexity.Estimate, Is.EqualTo(Math.Exp(nats / tokens)).Within(1e-2));
        Assert.That(report.Likelihood.Loss.Lower, Is.LessThan(report.Likelihood.Loss.Estimate).And.LessThan(report.Likelihood.Loss.Upper));
        Assert.That(report.Answers, Is.Null);
        Assert.That(report.Records[1].Nats, Is.EqualTo(Nats("2+2=", "4", end: true)).Within(1e-4));
    }

    [TestCase(LabelScoring.Sum)]
    [TestCase(LabelScoring.PerToken)]
    public async Task A_label_is_as_probable_as_its_text(LabelScoring scoring)
    {
        ModelEvaluationReport report = await Evaluate(new ModelEvaluationOptions { Parts = EvaluationParts.Labels, LabelScoring = scoring }, s_labelled);
        string[] labels = ["no", "not at all", "yes"]; // One is the beginning of another: the end decides between them.
        List<string> chosen = [];
        foreach ((TextRecord record, EvaluatedRecord result) in s_labelled.Zip(report.Records))
        {
            double[] weights = [.. labels.Select(label => Math.Exp(-Nats(record.Text + "\nLabel:", " " + label, end: true) / (scoring == LabelScoring.PerToken ? label.Length + 2 : 1)))];
            Assert.That(result.LabelProbabilities, Is.EqualTo(weights.Select(weight => weight / weights.Sum())).Within(1e-5));
            chosen.Add(labels[weights.IndexOf(weights.Max())]);
        }

        Assert.That(report.Records.Select(record => record.PredictedLabel), Is.EqualTo(chosen));
        ConfusionMatrix expected = ConfusionMatrix.Of([.. s_labelled.Select(record => record.Label!)], chosen);
        Assert.That(report.Labels!.Accuracy.Estimate, Is.EqualTo(expected.Accuracy));
        Assert.That(report.Labels.MicroF1.Estimate, Is.EqualTo(expected.Accuracy));
        Assert.That(report.Labels.MacroF1.Estimate, Is.EqualTo(expected.Macro.F1).Within(1e-12));
        double[] confidences = [.. report.Records.Select(record => record.LabelProbabilities.Max())];
        Assert.That(report.Labels.CalibrationError.Estimate, Is.EqualTo(new Calibration(confidences, [.. s_labelled.Zip(chosen, (record, label) => record.Label == label)]).ExpectedError).Within(1e-12));
        Assert.That(report.ToString(), Does.Contain("macroF1").And.Contain("not at all"));
    }

    [Test]
    public async Task Examples_stand_in_front_and_do_not_count()
    {
        ModelEvaluationOptions options = new() { Parts = EvaluationParts.Likelihood, Shots = 1, ShotSeparator = "\n\n" };
        ModelEvaluationReport report = await Evaluate(options, s_questions);
        foreach (EvaluatedRecord result in report.Records)
        {
            TextRecord shot = result.Shots.Single(), asked = result.Record;
            Assert.That(shot, Is.Not.EqualTo(asked));
            Assert.That(result.Tokens, Is.EqualTo(asked.Completion!.Length), "the end is not asked for: the examples do not show one");
            Assert.That(result.Nats, Is.EqualTo(Nats($"{shot.Prompt}{shot.Completion}\n\n{asked.Prompt}", asked.Completion, end: false)).Within(1e-4));
        }
    }

    [Test]
    public async Task Figures_do_not_depend_on_how_many_are_read_at_once()
    {
        ModelEvaluationOptions options = new() { Generation = new GenerationOptions { MaxTokens = 6 }, Shots = 2 };
        TextRecord[] records = [.. s_labelled, .. s_questions];
        ModelEvaluationReport alone = await Evaluate(options with { Parallelism = 1 }, records), together = await Evaluate(options with { Parallelism = 8 }, records);
        Assert.That(together.Figures, Is.EqualTo(alone.Figures));
        Assert.That(together.Figures.Select(figure => figure.Name), Has.Some.EqualTo("loss").And.Some.EqualTo("bleu").And.Some.EqualTo("macroF1"));
        Assert.That(together.Records.Select(record => record.Answer?.Text), Is.EqualTo(alone.Records.Select(record => record.Answer?.Text)));
    }

    [Test]
    public async Task What_is_longer_than_the_context_is_counted_and_in_no_figure()
    {
        TextRecord longer = Question(new string('x', 70), "y", 9);
        ModelEvaluationReport report = await Evaluate(new ModelEvaluationOptions { Generation = new GenerationOptions { MaxTokens = 2 } }, [.. s_questions, longer]);
        Assert.That(report.TooLong, Is.EqualTo(1));
        Assert.That(report.Records[3], Has.Property("TooLong").True.And.Property("Nats").Null.And.Property("Answer").Null);
        Assert.That((report.Likelihood!.Records, report.Answers!.Records, report.Answers.CutOff), Is.EqualTo((3, 3, 3)));
        Assert.That(report.ToString(), Does.StartWith("4 records, 0 shots, 1 left out"));
    }

    [Test]
    public async Task Answers_are_compared_with_what_is_right()
    {
        ScriptedLanguageModel model = new((prompt, _) => prompt.Messages[^1].Text switch { "1+1=" => " 2\n", "2+2=" => "5", _ => "Nine" });
        ModelEvaluationReport report = await new ModelEvaluation(model, options: new ModelEvaluationOptions { Parallelism = 1 }).RunAsync(s_questions);
        Assert.That(report.Answers!.ExactMatch.Estimate, Is.EqualTo(1 / 3.0).Within(1e-12), "white space at the ends does not count");
        Assert.That(report.Answers.Bleu.Estimate, Is.EqualTo(Bleu.Corpus(["2", "5", "Nine"], ["2", "4", "nine"]).Value));
        Assert.That(report.Answers.ChrF.Estimate, Is.EqualTo(ChrF.Corpus(["2", "5", "Nine"], ["2", "4", "nine"])));
        Assert.That(report.Answers.Rouge1.Estimate, Is.EqualTo(2 / 3.0).Within(1e-12));
        Assert.That((report.Likelihood, report.Labels), Is.EqualTo(((LikelihoodFigures?)null, (LabelFigures?)null)), "it does not show its logits");
        ModelEvaluationOptions milder = new() { NormalizeAnswers = true, Bleu = new BleuOptions { Tokenization = BleuTokenization.Chinese } };
        report = await new ModelEvaluation(model, options: milder).RunAsync(s_questions);
        Assert.That(report.Answers!.ExactMatch.Estimate, Is.EqualTo(2 / 3.0).Within(1e-12));
        Assert.That(report.Answers.BleuSignature, Does.Contain("tok:zh"));
        Assert.That(() => new ModelEvaluation(model, options: new ModelEvaluationOptions { Parts = EvaluationParts.Labels }), Throws.TypeOf<NotSupportedException>());
    }

    [Test]
    public async Task A_conversation_is_asked_for_its_last_answer_behind_examples()
    {
        ScriptedLanguageModel model = new((_, _) => "Rome");
        TextRecord talk = new() { Messages = [new(ChatRole.System, "Be brief."), new(ChatRole.User, "Hi"), new(ChatRole.Assistant, "Hello"), new(ChatRole.User, "Capital of Italy?"), new(ChatRole.Assistant, "Rome")] };
        ModelEvaluationReport report = await new ModelEvaluation(model, options: new ModelEvaluationOptions { Shots = 1 }).RunAsync([talk], [s_questions[0]]);
        Assert.That(report.Answers!.ExactMatch.Estimate, Is.EqualTo(1));
        Assert.That(model.Prompts[0].Messages.Select(message => $"{message.Role}: {message.Text}"), Is.EqualTo(
            ["system: Be brief.", "user: 1+1=", "assistant: 2", "user: Hi", "assistant: Hello", "user: Capital of Italy?"]));
    }

    [Test]
    public void A_label_that_nobody_taught_is_told_before_anything_is_measured()
    {
        TextRecord strange = Labelled("what", "perhaps", 77);
        List<ModelEvaluationProgress> heard = [];
        Assert.That(
            async () => await new ModelEvaluation(_model).RunAsync([.. s_labelled, strange], s_labelled, new Heard(heard)),
            Throws.TypeOf<DatasetException>().With.Message.StartsWith("a.jsonl, line 77: the label 'perhaps' is not among those to learn from: 'no', 'not at all', 'yes'."));
        Assert.That(
            async () => await new ModelEvaluation(_model, options: new ModelEvaluationOptions { Labels = ["yes", "no"] }).RunAsync(s_labelled),
            Throws.TypeOf<DatasetException>().With.Message.Contains("line 3: the label 'not at all'"));
        Assert.That(heard, Is.Empty);
        Assert.That(async () => await new ModelEvaluation(_model).RunAsync([]), Throws.ArgumentException);
        Assert.That(async () => await new ModelEvaluation(_model, options: new ModelEvaluationOptions { Parts = EvaluationParts.Labels }).RunAsync(s_questions), Throws.ArgumentException.With.Message.Contains("labels need texts with labels"));
        Assert.That(() => new ModelEvaluation(_model, options: new ModelEvaluationOptions { Labels = ["a", "a"] }), Throws.ArgumentException);
        Assert.That(() => new ModelEvaluation(_model, options: new ModelEvaluationOptions { LabelFormat = new LabelFormat { Prompt = "no place" } }), Throws.ArgumentException.With.Message.Contains("{text}"));
        Assert.That(() => new ModelEvaluation(_model, options: new ModelEvaluationOptions { Shots = -1 }), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void It_can_be_cancelled()
    {
        using CancellationTokenSource source = new();
        List<ModelEvaluationProgress> heard = [];
        Assert.That(
            async () => await new ModelEvaluation(_model, options: new ModelEvaluationOptions { Parallelism = 1 }).RunAsync(s_questions, progress: new Heard(heard, source.Cancel), cancellationToken: source.Token),
            Throws.InstanceOf<OperationCanceledException>());
        Assert.That(heard, Is.EqualTo([new ModelEvaluationProgress(1, 3)]));
    }

    private Task<ModelEvaluationReport> Evaluate(ModelEvaluationOptions options, TextRecord[] records) => new ModelEvaluation(_model, options: options).RunAsync(records);

    private double Nats(string prompt, string completion, bool end) => Nats([.. (prompt + completion).Select(letter => (int)letter), .. end ? [End] : Array.Empty<int>()], prompt.Length);

    private double Nats(int[] ids, int first)
    {
        double[][] logits = _reference.Logits(ids[..^1]);
        return Enumerable.Range(first, ids.Length - first).Sum(place =>
        {
            double[] row = logits[place - 1];
            double highest = row.Max();
            return highest + Math.Log(row.Sum(value => Math.Exp(value - highest))) - row[ids[place]];
        });
    }

    private static TextRecord Labelled(string text, string label, int line) => new() { Text = text, Label = label, Place = new RecordPlace("a.jsonl", line) };

    private static TextRecord Question(string prompt, string completion, int line) => new() { Prompt = prompt, Completion = completion, Place = new RecordPlace("q.jsonl", line) };

    private sealed class Heard(List<ModelEvaluationProgress> all, Action? then = null) : IProgress<ModelEvaluationProgress>
    {
        public void Report(ModelEvaluationProgress value)
        {
            all.Add(value);
            then?.Invoke();
        }
    }
}
