namespace AutoGpt.Sdk.Training.Tests.Data.Splitting;

public sealed class DataSplitTests
{
    // printf '\0hello' | sha256sum begins with 8a2a5c9b7688…: .5397; printf 's\0hello' with 802d842853d6…: .5007.
    [TestCase("", .5, DataPart.Training)]
    [TestCase("", .54, DataPart.Test)]
    [TestCase("", .53, DataPart.Training)]
    [TestCase("s", .51, DataPart.Test)]
    [TestCase("s", .5, DataPart.Training)]
    public void The_part_is_the_hash_of_the_content(string salt, double share, DataPart part) =>
        Assert.That(new DataSplit(new DataSplitOptions { Salt = salt, TestShare = share, ValidationShare = 0 }).PartOf("hello"), Is.EqualTo(part));

    [Test]
    public void Shares_are_met_as_by_tossing_coins()
    {
        DataSplit split = new(new DataSplitOptions { TestShare = .2, ValidationShare = .1 });
        ILookup<DataPart, int> parts = Enumerable.Range(0, 20_000).ToLookup(i => split.PartOf($"record {i}"));
        Assert.That(parts[DataPart.Test].Count(), Is.EqualTo(4000).Within(4 * Math.Sqrt(20_000 * .2 * .8)));
        Assert.That(parts[DataPart.Validation].Count(), Is.EqualTo(2000).Within(4 * Math.Sqrt(20_000 * .1 * .9)));
    }

    [Test]
    public void A_larger_share_takes_from_the_next_part_alone()
    {
        DataSplit small = new(new DataSplitOptions { TestShare = .1, ValidationShare = .1 }), large = new(new DataSplitOptions { TestShare = .1, ValidationShare = .3 });
        foreach (string text in Enumerable.Range(0, 1000).Select(i => $"record {i}"))
        {
            Assert.That((small.PartOf(text), large.PartOf(text)), Is.AnyOf((DataPart.Test, DataPart.Test), (DataPart.Validation, DataPart.Validation), (DataPart.Training, DataPart.Training), (DataPart.Training, DataPart.Validation)));
        }
    }

    [Test]
    public void Shares_that_leave_nothing_to_learn_are_told() => Assert.That(() => new DataSplit(new DataSplitOptions { TestShare = .5, ValidationShare = .5 }), Throws.InstanceOf<ArgumentOutOfRangeException>());
}
