using HandyBackup.Contracts;

namespace HandyBackup.Server.Core.Tests;

public sealed class NameRuleTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("Documents of Zoë (2026), 100%")]
    [InlineData("-dash")]
    [InlineData("🗄 archive")]
    public void Names_that_people_use_are_fine(string name) => NameRule.Check(name, "task");

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData(" a")]
    [InlineData("a ")]
    [InlineData("a*")]
    [InlineData("a?")]
    [InlineData("[a]")]
    [InlineData("it's")]
    [InlineData("\"a\"")]
    [InlineData("a`")]
    [InlineData("a/b")]
    [InlineData("a\\b")]
    [InlineData("a\nb")]
    [InlineData("a\u0085b")]
    public void Names_that_cannot_be_typed_or_selected_are_refused(string name)
    {
        HandyBackupException exception = Assert.Throws<HandyBackupException>(() => NameRule.Check(name, "task"));

        Assert.Equal((ErrorCode.InvalidArgument, name), (exception.Code, exception.Target));
        Assert.DoesNotContain('\n', exception.Message);
    }

    // Attributes cannot hold half a character.
    [Fact]
    public void Half_a_character_is_refused() => Assert.Throws<HandyBackupException>(() => NameRule.Check("a\ud800b", "task"));

    [Fact]
    public void Longest_name_has_64_characters()
    {
        NameRule.Check(new string('a', 64), "task");
        Assert.Throws<HandyBackupException>(() => NameRule.Check(new string('a', 65), "task"));
    }
}
