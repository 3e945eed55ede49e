using System.Text;
using FsCheck.Xunit;

namespace HandyBackup.Contracts.Tests.Items;

public class ItemNameTests
{
    [Theory]
    [InlineData("plain.txt", "plain.txt")]
    [InlineData("größe ✓ 😀", "größe ✓ 😀")]
    [InlineData("line\nbreak", "line\\x0Abreak")]
    [InlineData("back\\slash", "back\\slash")]
    [InlineData("looks\\x41like", "looks\\x5Cx41like")]
    [InlineData("c1\u0085control", "c1\\xC2\\x85control")]
    public void Text_shows_a_name_readably_and_comes_back(string name, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(name);
        Assert.Equal(text, ItemName.ToText(bytes));
        Assert.Equal(bytes, ItemName.ToBytes(text));
    }

    [Fact]
    public void Invalid_utf8_survives()
    {
        byte[] bytes = [0x61, 0xFF, 0xC3, 0x28, 0xED, 0xA0, 0x80, 0xF5, 0x62];
        Assert.Equal(@"a\xFF\xC3(\xED\xA0\x80\xF5b", ItemName.ToText(bytes));
        Assert.Equal(bytes, ItemName.ToBytes(ItemName.ToText(bytes)));
    }

    [Property]
    public bool Any_bytes_come_back(byte[] name) => ItemName.ToBytes(ItemName.ToText(name)).AsSpan().SequenceEqual(name);
}
