using HandyBackup.Contracts;
using Microsoft.Data.Sqlite;

namespace HandyBackup.Catalog.Tests;

/// <summary>A copy that is made while the catalog is in use.</summary>
public sealed class CatalogCopyTests : CatalogFixture
{
    private string CopyPath => FilePath + ".copy";

    [Fact]
    public async Task Copy_has_what_was_committed_and_opens_as_a_catalog()
    {
        await using SqliteCatalog catalog = await OpenAsync();
        await catalog.Repositories.AddAsync(Samples.Repository("before", 'a'), Token);
        await catalog.Settings.SaveAsync("setting", [1, 2, 3], Token);

        await catalog.CopyToAsync(CopyPath, Token);
        await catalog.Repositories.AddAsync(Samples.Repository("after", 'b'), Token);

        await SqliteCatalog.VerifyAsync(CopyPath, Token);
        await using SqliteCatalog copy = await SqliteCatalog.OpenAsync(CopyPath, Token);
        Assert.Equal("before", Assert.Single(await copy.Repositories.ListAsync(Token).ToListAsync(Token)).Name);
        Assert.Equal([1, 2, 3], await copy.Settings.FindAsync("setting", Token));
    }

    [Fact]
    public async Task Copies_are_whole_while_others_write()
    {
        await using SqliteCatalog catalog = await OpenAsync();
        using var stop = new CancellationTokenSource();
        Task writing = Task.Run(
            async () =>
            {
                // Each transaction writes a setting and nothing else: a copy has the numbers up to one of them.
                for (int i = 0; !stop.IsCancellationRequested; i++)
                {
                    await catalog.Settings.SaveAsync($"{i:000000}", new byte[2000], Token);
                }
            },
            Token);
        for (int i = 0; i < 5; i++)
        {
            File.Delete(CopyPath);
            await catalog.CopyToAsync(CopyPath, Token);
            await SqliteCatalog.VerifyAsync(CopyPath, Token);
            Assert.Equal((0L, 0L), CountGaps());
        }

        await stop.CancelAsync();
        await writing;
    }

    [Fact]
    public async Task Existing_file_is_not_written_over()
    {
        await using SqliteCatalog catalog = await OpenAsync();
        await File.WriteAllTextAsync(CopyPath, "something else, and long enough to be looked at", Token);

        await Assert.ThrowsAsync<HandyBackupException>(() => catalog.CopyToAsync(CopyPath, Token));

        Assert.StartsWith("something else", await File.ReadAllTextAsync(CopyPath, Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Copy_is_stopped_when_it_is_not_wanted_any_more()
    {
        await using SqliteCatalog catalog = await OpenAsync();
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => catalog.CopyToAsync(CopyPath, stop.Token));
    }

    [Fact]
    public async Task Damage_is_found_by_verifying()
    {
        await using (SqliteCatalog catalog = await OpenAsync())
        {
            for (int i = 0; i < 50; i++)
            {
                await catalog.Settings.SaveAsync($"setting {i}", new byte[2000], Token);
            }

            await catalog.CopyToAsync(CopyPath, Token);
        }

        byte[] content = await File.ReadAllBytesAsync(CopyPath, Token);
        content.AsSpan(content.Length - 8192, 2048).Fill(0xFF);
        await File.WriteAllBytesAsync(CopyPath, content, Token);

        HandyBackupException error = await Assert.ThrowsAsync<HandyBackupException>(() => SqliteCatalog.VerifyAsync(CopyPath, Token));

        Assert.Equal((ErrorCode.CatalogDamaged, CopyPath), (error.Code, error.Target));
    }

    private (long Missing, long Torn) CountGaps()
    {
        using var connection = new SqliteConnection($"Data Source={CopyPath};Pooling=False");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "SELECT coalesce(max(CAST(name AS INTEGER)) + 1, 0) - count(*), coalesce(sum(length(value) <> 2000), 0) FROM settings";
        using SqliteDataReader reader = command.ExecuteReader();
        Assert.True(reader.Read());
        return (reader.GetInt64(0), reader.GetInt64(1));
    }
}
