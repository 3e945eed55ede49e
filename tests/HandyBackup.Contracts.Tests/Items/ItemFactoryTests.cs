namespace HandyBackup.Contracts.Tests.Items;

public class ItemFactoryTests
{
    [Fact]
    public void A_file_is_shown_with_all_that_its_node_tells()
    {
        var node = new TreeNode
        {
            Name = new byte[] { (byte)'a', 0xFF },
            Type = NodeType.File,
            Mode = GoFileMode.From(NodeType.File, 0x9A4),
            Modified = new NodeTime(1_709_210_096, 123_456_789, 330),
            UserId = 1000,
            User = "ann",
            GroupId = 54321,
            Size = 7,
        };

        Assert.Equal(
            new Item
            {
                Path = @"home/a\xFF",
                Name = @"a\xFF",
                Kind = ItemKind.File,
                Size = 7,
                Modified = new DateTimeOffset(2024, 2, 29, 12, 34, 56, TimeSpan.Zero).AddTicks(1_234_567),
                Mode = 0x9A4,
                User = "ann",
                Group = "54321",
            },
            ItemFactory.FromNode(node, "home"));
    }

    [Fact]
    public void A_link_has_its_target_and_no_size()
    {
        Item item = ItemFactory.FromNode(new TreeNode { Name = "l"u8.ToArray(), Type = NodeType.SymbolicLink, LinkTarget = "../x"u8.ToArray(), Size = 4 }, "");
        Assert.Equal("l", item.Path);
        Assert.Equal("../x", item.LinkTarget);
        Assert.Null(item.Size);
    }

    [Theory]
    [InlineData(long.MinValue, 1)]
    [InlineData(long.MaxValue, 9999)]
    [InlineData(-62_135_596_801, 1)]
    [InlineData(253_402_300_800, 9999)]
    public void A_time_beyond_the_calendar_is_clamped(long seconds, int year) =>
        Assert.Equal(year, new NodeTime(seconds, 999_999_999).ToDateTimeOffset().Year);
}
