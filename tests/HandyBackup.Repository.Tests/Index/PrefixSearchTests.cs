namespace HandyBackup.Repository.Tests.Index;

public sealed class PrefixSearchTests
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(1000, 1)]
    [InlineData(1000, 1UL << 20)]
    [InlineData(1000, 1UL << 63)]
    [InlineData(5000, ulong.MaxValue)]
    public void First_prefix_that_is_not_below_is_found_however_they_are_spread(int count, ulong range)
    {
        var random = new Random(count);
        ulong[] prefixes = [.. Enumerable.Range(0, count).Select(_ => (ulong)random.NextInt64() * 2 % range).Order()];
        var fanOut = new FanOut(prefixes);
        IEnumerable<ulong> wanted = prefixes.SelectMany(prefix => (ulong[])[prefix, prefix + 1, prefix - 1]).Append(0UL).Append(ulong.MaxValue).Append(ulong.MaxValue / 2);
        foreach (ulong prefix in wanted)
        {
            int expected = Array.FindIndex(prefixes, known => known >= prefix);
            expected = expected < 0 ? count : expected;
            Assert.Equal(expected, fanOut.FirstAtLeast(prefix));
            Assert.Equal(expected, InterpolationSearch.FirstAtLeast(new Prefixes(prefixes), prefix));
        }
    }

    private readonly struct Prefixes(ulong[] prefixes) : ISortedPrefixes
    {
        public int Count => prefixes.Length;

        public ulong this[int position] => prefixes[position];
    }
}
