using HandyBackup.Contracts;

namespace HandyBackup.Catalog.Tests;

public sealed class CatalogDamageTests : CatalogFixture
{
    [Fact]
    public async Task File_that_is_no_catalog_is_reported_and_not_overwritten()
    {
        byte[] content = [.. Enumerable.Range(0, 5000).Select(i => (byte)i)];
        await File.WriteAllBytesAsync(FilePath, content, Token);

        HandyBackupException exception = await Assert.ThrowsAsync<HandyBackupException>(OpenAsync);

        Assert.Equal(ErrorCode.CatalogDamaged, exception.Code);
        Assert.Equal(FilePath, exception.Target);
        Assert.NotNull(exception.Advice);
        Assert.Equal(content, await File.ReadAllBytesAsync(FilePath, Token));
    }

    [Fact]
    public async Task Truncated_catalog_is_reported()
    {
        await using (SqliteCatalog catalog = await OpenAsync())
        {
            for (char id = 'a'; id < 'z'; id++)
            {
                await catalog.Repositories.AddAsync(Samples.Repository("r" + id, id), Token);
            }
        }

        using (FileStream file = File.OpenWrite(FilePath))
        {
            file.SetLength(file.Length / 2);
        }

        HandyBackupException exception = await Assert.ThrowsAsync<HandyBackupException>(async () =>
        {
            await using SqliteCatalog catalog = await OpenAsync();
            await catalog.Repositories.ListAsync(Token).ToListAsync(Token);
        });
        Assert.Equal(ErrorCode.CatalogDamaged, exception.Code);
    }

    [Fact]
    public async Task Folder_that_does_not_exist_is_a_data_path_that_cannot_be_used()
    {
        HandyBackupException exception = await Assert.ThrowsAsync<HandyBackupException>(() => SqliteCatalog.OpenAsync(FilePath + "/no/catalog.db", Token));

        Assert.Equal(ErrorCode.DataPathUnusable, exception.Code);
    }

    [Fact]
    public async Task Catalog_is_closed_to_other_accounts()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no mode bits; the data path's ACL protects the file.");
        await using SqliteCatalog catalog = await OpenAsync();
        await catalog.Settings.SaveAsync("x", [1], Token);

        foreach (string file in Directory.GetFiles(Path.GetDirectoryName(FilePath)!))
        {
            if (!OperatingSystem.IsWindows())
            {
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
            }
        }
    }
}
