using System.Diagnostics;
using System.Text;
using HandyBackup.Sources.Files.Excludes;

namespace HandyBackup.Sources.Files.Tests.Excludes;

public sealed class ExcludeRulesTests
{
    [Theory]
    [InlineData("*.tmp", "a.tmp x/y/a.tmp .tmp", "a.tmpx a.TMP tmp")]
    [InlineData("**/*.tmp", "a.tmp x/y/a.tmp", "a.tmpx")]
    [InlineData("cache", "cache x/cache cache/inner x/cache/y", "caches x/acache")]
    [InlineData("/cache", "cache cache/x", "x/cache")]
    [InlineData("a/b", "a/b x/a/b a/b/c", "a/x/b ab b a")]
    [InlineData("/a/b", "a/b a/b/c", "x/a/b a b")]
    [InlineData("/a/*/c", "a/b/c a/x/c", "a/c a/b/b/c")]
    [InlineData("/a/**/c", "a/c a/b/c a/b/b/c", "c x/a/c a/b")]
    [InlineData("a/**", "a/b a/b/c x/a/b", "a x/a b")]
    [InlineData("**", "a a/b", "")]
    [InlineData("/**/a", "a x/a", "b")]
    [InlineData("?", "a é x/y", "ab")]
    [InlineData("[a-c]x[!0-9]", "axy bxx cx-", "dxy ax1 ax")]
    [InlineData("[]x]", "] x", "y")]
    [InlineData("[a-]", "a -", "b")]
    [InlineData("a*b*c", "abc axxbyyc abcbc", "abcd xabc acb")]
    [InlineData("*mid*", "mid xmidx", "mi d")]
    [InlineData("pre*", "pre prefix", "apre")]
    [InlineData(@"\*", "*", "a")]
    [InlineData(@"\!a", "!a", "a")]
    [InlineData(@"\[a]", "[a]", "a")]
    [InlineData("ü*", "ü üa", "u")]
    public void Pattern_matches_what_its_description_says(string pattern, string excluded, string kept)
    {
        var rules = new ExcludeRules([new GlobParser(isWindows: false).Parse(pattern)]);
        Assert.All(Words(excluded), path => Assert.True(IsExcluded(rules, path, isFolder: false), path));
        Assert.All(Words(kept), path => Assert.False(IsExcluded(rules, path, isFolder: false), path));
    }

    [Theory]
    [InlineData(@"*.TMP", "a.tmp A.Tmp", "a.tm")]
    [InlineData(@"C:\Temp", "C/Temp c/TEMP/x", "D/Temp x/C/Temp")]
    [InlineData(@"Temp\*.log", "C/temp/a.LOG", "C/a.log")]
    [InlineData("ÄRGER?", "ärgerx", "argerx")]
    [InlineData("[A-C]1", "b1 B1", "d1")]
    public void On_Windows_case_does_not_matter_and_backslashes_separate(string pattern, string excluded, string kept)
    {
        var rules = new ExcludeRules([new GlobParser(isWindows: true).Parse(pattern)]);
        Assert.All(Words(excluded), path => Assert.True(IsExcluded(rules, path, isFolder: false), path));
        Assert.All(Words(kept), path => Assert.False(IsExcluded(rules, path, isFolder: false), path));
    }

    [Fact]
    public void Slash_at_the_end_means_folders_only()
    {
        var rules = new ExcludeRules([new GlobParser(isWindows: false).Parse("obj/")]);
        Assert.True(IsExcluded(rules, "a/obj", isFolder: true));
        Assert.True(IsExcluded(rules, "a/obj/x", isFolder: false));
        Assert.False(IsExcluded(rules, "a/obj", isFolder: false));
    }

    [Fact]
    public void Bytes_that_are_no_text_count_as_one_character_and_have_an_escape()
    {
        var rules = new ExcludeRules([new GlobParser(isWindows: false).Parse(@"a\xFF?")]);
        Assert.True(rules.IsExcluded(rules.Start, [(byte)'a', 0xFF, 0xFE], isFolder: false));
        Assert.False(rules.IsExcluded(rules.Start, [(byte)'a', 0xFE, 0xFE], isFolder: false));
        Assert.False(rules.IsExcluded(rules.Start, [(byte)'a', 0xFF], isFolder: false));
    }

    [Fact]
    public void Last_match_decides()
    {
        var parser = new GlobParser(isWindows: false);
        var rules = new ExcludeRules([parser.Parse("*.log"), parser.Parse("!keep.log"), parser.Parse("/x/keep.log")]);
        Assert.True(IsExcluded(rules, "a.log", isFolder: false));
        Assert.False(IsExcluded(rules, "y/keep.log", isFolder: false));
        Assert.True(IsExcluded(rules, "x/keep.log", isFolder: false));
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    [InlineData("!")]
    [InlineData("a[")]
    [InlineData("[]")]
    [InlineData("[!]")]
    [InlineData("[z-a]")]
    [InlineData("a\\")]
    public void Invalid_pattern_is_named(string pattern)
    {
        SourceException exception = Assert.Throws<SourceException>(() => new FilesSource(new FilesOptions { Exclude = ["*.ok", pattern] }));
        Assert.Equal((SourceError.OptionInvalid, nameof(FilesOptions.Exclude)), (exception.Error, exception.Option));
        Assert.Contains($"'{pattern}'", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Pattern_that_is_no_text_is_invalid() =>
        Assert.Throws<FormatException>(() => new GlobParser(isWindows: false).Parse("a\ud800"));

    [Fact]
    public void Agrees_with_the_plain_matcher_on_random_patterns_and_paths()
    {
        var random = new Random(20261122);
        string[] pieces = ["a", "b", "ab", "*", "?", "[ab]", "[!a]", "[a-c]"];
        int excluded = 0;
        for (int round = 0; round < 4000; round++)
        {
            string[] patterns = [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => RandomPattern(random, pieces))];
            var rules = new ExcludeRules(patterns.Select(new GlobParser(isWindows: false).Parse));
            for (int i = 0; i < 10; i++)
            {
                string path = string.Join('/', Enumerable.Range(0, random.Next(1, 6)).Select(_ => string.Concat(Enumerable.Range(0, random.Next(1, 4)).Select(_ => "abc"[random.Next(3)]))));
                bool isFolder = random.Next(2) == 0;
                bool expected = NaiveGlob.IsExcluded(patterns, path, isFolder);
                Assert.True(expected == IsExcluded(rules, path, isFolder), $"{string.Join(' ', patterns)} on {path}, folder: {isFolder}, expected: {expected}");
                excluded += expected ? 1 : 0;
            }
        }

        Assert.InRange(excluded, 10_000, 30_000);
    }

    [Fact]
    public void Matching_is_fast_and_does_not_allocate()
    {
        var parser = new GlobParser(isWindows: false);
        var rules = new ExcludeRules(new[] { "*.tmp", "node_modules", "/var/**/cache/*.bin", "a*b?c", "[0-9]*.log", "obj/", "!*.keep", "**/x/y" }.Select(parser.Parse));
        byte[][] names = [.. Enumerable.Range(0, 1000).Select(i => Encoding.ASCII.GetBytes($"some-file-name-{i}.txt"))];
        int count = 0;
        long start = 0;
        long allocated = 0;
        for (int round = 0; round < 300; round++)
        {
            if (round == 100)
            {
                start = Stopwatch.GetTimestamp();
                allocated = GC.GetAllocatedBytesForCurrentThread();
            }

            foreach (byte[] name in names)
            {
                count += rules.IsExcluded(rules.Start, name, isFolder: false) ? 1 : 0;
            }
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - allocated);
        Assert.Equal(0, count);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        Assert.True(seconds < 1, $"{200_000 / seconds:N0} names a second are too few.");
    }

    private static string RandomPattern(Random random, string[] pieces)
    {
        IEnumerable<string> parts = Enumerable.Range(0, random.Next(1, 4)).Select(_ => random.Next(4) == 0
            ? "**"
            : string.Concat(Enumerable.Range(0, random.Next(1, 4)).Select(_ => pieces[random.Next(pieces.Length)])));
        return (random.Next(4) == 0 ? "!" : "") + (random.Next(3) == 0 ? "/" : "") + string.Join('/', parts) + (random.Next(5) == 0 ? "/" : "");
    }

    // As the session does it: a folder that is left out is not entered.
    private static bool IsExcluded(ExcludeRules rules, string path, bool isFolder)
    {
        string[] names = path.Split('/');
        ulong[] state = rules.Start;
        for (int i = 0; i < names.Length; i++)
        {
            byte[] name = Encoding.UTF8.GetBytes(names[i]);
            if (rules.IsExcluded(state, name, isFolder || i < names.Length - 1))
            {
                return true;
            }

            state = rules.Descend(state, name);
        }

        return false;
    }

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
