using System.Diagnostics;
using FsCheck.Xunit;

namespace HandyBackup.Contracts.Tests.Items;

public class WildcardPatternTests
{
    [Theory]
    [InlineData("", "", true)]
    [InlineData("", "a", false)]
    [InlineData("*", "", true)]
    [InlineData("*", "anything", true)]
    [InlineData("*.txt", "a.txt", true)]
    [InlineData("*.txt", "a.txt.bak", false)]
    [InlineData("a*b*c", "aXbYbZc", true)]
    [InlineData("a*b*c", "acb", false)]
    [InlineData("?", "a", true)]
    [InlineData("?", "😀", true)]
    [InlineData("??", "😀", false)]
    [InlineData("?", "", false)]
    [InlineData("[a-c]x", "bx", true)]
    [InlineData("[a-c]x", "dx", false)]
    [InlineData("[abc-]", "-", true)]
    [InlineData("[[]1]", "[1]", true)]
    [InlineData("a[b", "a[b", true)]
    [InlineData("a`*", "a*", true)]
    [InlineData("a`*", "ab", false)]
    [InlineData("a`", "a`", true)]
    [InlineData("A*", "ab", false)]
    public void A_pattern_fits_whole_names(string pattern, string name, bool expected) =>
        Assert.Equal(expected, new WildcardPattern(pattern, ignoreCase: false).IsMatch(name));

    [Theory]
    [InlineData("GRÖSSE*", "größe.txt", false)]
    [InlineData("GRÖ*", "größe.txt", true)]
    [InlineData("[A-C]?", "bX", true)]
    public void Case_can_be_ignored(string pattern, string name, bool expected) =>
        Assert.Equal(expected, new WildcardPattern(pattern, ignoreCase: true).IsMatch(name));

    [Property]
    public bool Any_text_is_found_between_two_stars(string text, string before, string after)
    {
        string escaped = string.Concat((text ?? "").Select(c => "`" + c));
        return new WildcardPattern("*" + escaped + "*", ignoreCase: false).IsMatch(before + text + after);
    }

    [Fact]
    public void Many_stars_stay_fast()
    {
        string pattern = string.Concat(Enumerable.Repeat("*a", 50)) + "b";
        long start = Stopwatch.GetTimestamp();
        Assert.False(new WildcardPattern(pattern, ignoreCase: false).IsMatch(new string('a', 20_000)));
        Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(5));
    }
}
