namespace HandyBackup.Agent.Core.Home;

/// <summary>How the agent's private key is kept from whoever gets hold of the file that it lies in. Safe for several threads.</summary>
public interface IKeyProtection
{
    /// <summary>What the key's block is called in a PEM file; says how the key can be read.</summary>
    string PemLabel { get; }

    /// <summary>Makes of a PKCS#8 key what is written.</summary>
    byte[] Protect(byte[] key);

    /// <summary>The reverse of <see cref="Protect"/>.</summary>
    /// <exception cref="System.Security.Cryptography.CryptographicException">It was written on another machine, or altered.</exception>
    byte[] Unprotect(byte[] content);
}
