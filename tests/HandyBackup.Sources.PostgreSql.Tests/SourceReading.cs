using System.Text;

namespace HandyBackup.Sources.PostgreSql.Tests;

/// <summary>Opening, listing and reading in the words of these tests.</summary>
internal static class SourceReading
{
    public static Task<ISourceSession> OpenAsync(this PostgreSqlOptions options, List<SourceIssue>? issues = null, bool applyExcludes = true, params string[] paths) =>
        new PostgreSqlSourceFactory().Create(options).OpenAsync(
            new SourceSessionRequest { Paths = paths, ApplyExcludes = applyExcludes, OnIssue = issue => issues?.Add(issue) },
            TestContext.Current.CancellationToken);

    public static async Task<string[]> NamesAsync(this ISourceSession session, SourceItem? folder) =>
        [.. (await session.ListAsync(folder, TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken)).Select(item => Encoding.UTF8.GetString(item.Name.Span))];

    public static async Task<SourceItem> FindAsync(this ISourceSession session, string path) =>
        await session.FindAsync(Encoding.UTF8.GetBytes(path), TestContext.Current.CancellationToken) ?? throw new InvalidOperationException($"'{path}' is not there.");

    public static async Task<long> ReadToAsync(this ISourceSession session, SourceItem item, Stream destination)
    {
        await using ISourceReader reader = await session.OpenReadAsync(item, TestContext.Current.CancellationToken);
        byte[] buffer = new byte[64 * 1024];
        long total = 0;
        for (int read; (read = await reader.ReadAsync(buffer, TestContext.Current.CancellationToken)) > 0; total += read)
        {
            await destination.WriteAsync(buffer.AsMemory(0, read), TestContext.Current.CancellationToken);
        }

        return total;
    }
}
