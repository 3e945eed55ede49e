using System.Security.Cryptography;
using System.Text;
using HandyBackup.Agent.Core.Connection;
using HandyBackup.Agent.Core.Home;
using HandyBackup.Contracts;

namespace HandyBackup.Agent.Core.Enrollment;

/// <summary>
/// The key that the agent asks its first certificate for, kept from before it is asked until the certificate is written down. A machine whose answer was lost
/// asks again with the same key, and by that the server knows it. One caller at a time.
/// </summary>
/// <param name="home">The data folder that it lies in.</param>
/// <param name="protection">How the key is kept.</param>
internal sealed class EnrollmentKeyFile(AgentHome home, IKeyProtection protection)
{
    /// <summary>The key of an attempt whose answer never came; a new one, written down, if there is none.</summary>
    /// <param name="isNew">True for a new key: no server has seen it yet.</param>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.AgentHomeUnusable"/>.</exception>
    public ECDsa Take(out bool isNew)
    {
        ECDsa? kept = Read();
        isNew = kept is null;
        if (kept is not null)
        {
            return kept;
        }

        ECDsa key = AgentKey.Create();
        try
        {
            Write(key);
            return key;
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    /// <summary>Forgets the key. Nothing happens where there is none.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.AgentHomeUnusable"/>.</exception>
    public void Delete() => WithFile(() =>
    {
        File.Delete(home.EnrollmentKeyFile);
        return true;
    });

    private ECDsa? Read()
    {
        if (WithFile(() => DurableFile.Read(home.EnrollmentKeyFile)) is not { } content)
        {
            return null;
        }

        byte[] plain = [];
        var key = ECDsa.Create();
        try
        {
            string text = Encoding.ASCII.GetString(content);
            PemFields fields = PemEncoding.Find(text);
            plain = protection.Unprotect(Convert.FromBase64String(text[fields.Base64Data]));
            key.ImportPkcs8PrivateKey(plain, out _);
            return key;
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException or FormatException)
        {
            // Damaged, or from another machine: of no use to anybody, and no reason not to enrol.
            key.Dispose();
            return null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plain);
            CryptographicOperations.ZeroMemory(content);
        }
    }

    private void Write(ECDsa key)
    {
        byte[] plain = key.ExportPkcs8PrivateKey();
        byte[] content = Encoding.ASCII.GetBytes(PemEncoding.WriteString(protection.PemLabel, protection.Protect(plain)) + "\n");
        try
        {
            WithFile(() =>
            {
                DurableFile.Write(home.EnrollmentKeyFile, content);
                return true;
            });
        }
        finally
        {
            CryptographicOperations.ZeroMemory(plain);
            CryptographicOperations.ZeroMemory(content);
        }
    }

    private T WithFile<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw home.Unusable(exception.Message, exception);
        }
    }
}
