using HandyBackup.Agent.Core.Chunking;
using HandyBackup.Contracts;

namespace HandyBackup.Agent.Core.Tests.Chunking;

public class ContentChunkerTests
{
    private static readonly byte[] s_content = MakeContent(48 * 1024 * 1024);
    private readonly ContentChunker _chunker = new(new GearTable(new byte[32]));

    [Fact]
    public void Lengths_stay_in_their_bounds_and_average_near_1_MiB()
    {
        List<int> lengths = Cut(_chunker, s_content);
        Assert.Equal(s_content.Length, lengths.Sum());
        Assert.All(lengths.SkipLast(1), length => Assert.InRange(length, ContentChunker.MinSize, ContentChunker.MaxSize));
        Assert.InRange(s_content.Length / lengths.Count, 800 * 1024, 1300 * 1024);
    }

    [Fact]
    public void An_inserted_byte_moves_only_the_cuts_near_it()
    {
        byte[] longer = [.. s_content.AsSpan(0, 100), 42, .. s_content.AsSpan(100)];
        HashSet<string> before = Hashes(Cut(_chunker, s_content), s_content);
        HashSet<string> after = Hashes(Cut(_chunker, longer), longer);
        int survivors = after.Count(before.Contains);
        Assert.InRange(survivors, before.Count - 3, before.Count - 1);
    }

    [Fact]
    public void Content_without_cuts_ends_at_the_largest_size()
    {
        byte[] zeros = new byte[20 * 1024 * 1024];
        List<int> lengths = Cut(_chunker, zeros);
        Assert.Equal(zeros.Length, lengths.Sum());
        Assert.All(lengths.SkipLast(1), length => Assert.Equal(lengths[0], length));
    }

    [Fact]
    public void A_cut_is_the_same_however_much_follows()
    {
        int cut = _chunker.FindCut(s_content, isLast: false);
        Assert.InRange(cut, ContentChunker.MinSize, ContentChunker.MaxSize);
        Assert.Equal(cut, _chunker.FindCut(s_content.AsSpan(0, cut), isLast: false));
        Assert.Equal(cut, _chunker.FindCut(s_content.AsSpan(0, cut + 1), isLast: true));
        Assert.Equal(0, _chunker.FindCut(s_content.AsSpan(0, cut - 1), isLast: false));
        Assert.Equal(cut - 1, _chunker.FindCut(s_content.AsSpan(0, cut - 1), isLast: true));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(ContentChunker.MinSize)]
    public void Short_content_is_one_chunk(int length)
    {
        Assert.Equal(length, _chunker.FindCut(s_content.AsSpan(0, length), isLast: true));
        Assert.Equal(0, _chunker.FindCut(s_content.AsSpan(0, length), isLast: false));
    }

    [Fact]
    public void Cuts_follow_the_textbook_definition()
    {
        // The definition, byte by byte over all that a hash can remember, against the fast loop.
        ulong[] words = new GearTable(new byte[32]).Words.ToArray();
        int position = 0;
        foreach (int length in Cut(_chunker, s_content).SkipLast(1).Take(12))
        {
            ulong hash = 0;
            int expected = 0;
            for (int i = ContentChunker.MinSize - 64; expected == 0; i++)
            {
                hash = (hash << 1) + words[s_content[position + i]];
                int zeroBits = i < ContentChunker.NormalSize ? 20 : 18;
                bool isCut = i >= ContentChunker.MinSize && hash >> (64 - zeroBits) == 0;
                expected = isCut || i + 1 == ContentChunker.MaxSize ? i + 1 : 0;
            }

            Assert.Equal(expected, length);
            position += length;
        }
    }

    [Fact]
    public void Another_key_cuts_elsewhere()
    {
        var other = new ContentChunker(new GearTable([1, .. new byte[31]]));
        Assert.Empty(Positions(Cut(_chunker, s_content)).Intersect(Positions(Cut(other, s_content))).Except([s_content.Length]));
    }

    [Fact]
    public void A_key_of_another_length_is_refused()
    {
        HandyBackupException exception = Assert.Throws<HandyBackupException>(() => new GearTable(new byte[31]));
        Assert.Equal(ErrorCode.InvalidArgument, exception.Code);
    }

    private static List<int> Cut(ContentChunker chunker, ReadOnlySpan<byte> content)
    {
        var lengths = new List<int>();
        while (!content.IsEmpty)
        {
            lengths.Add(chunker.FindCut(content, isLast: true));
            content = content[lengths[^1]..];
        }

        return lengths;
    }

    private static IEnumerable<int> Positions(List<int> lengths)
    {
        int position = 0;
        return lengths.Select(length => position += length);
    }

    private static HashSet<string> Hashes(List<int> lengths, byte[] content)
    {
        int position = 0;
        return [.. lengths.Select(length => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(content.AsSpan((position += length) - length, length))))];
    }

    private static byte[] MakeContent(int length)
    {
        byte[] content = new byte[length];
        new Random(7).NextBytes(content);
        return content;
    }
}
