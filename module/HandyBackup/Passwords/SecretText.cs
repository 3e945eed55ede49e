using System.Runtime.InteropServices;
using System.Security;
using HandyBackup.Contracts;

namespace HandyBackup.Module.Passwords;

/// <summary>Takes texts out of secure strings.</summary>
internal static class SecretText
{
    /// <summary>The text as it travels.</summary>
    public static Secret ToSecret(SecureString secret) => new() { Value = Reveal(secret) };

    /// <summary>The text as PowerShell passes it on.</summary>
    public static SecureString ToSecure(Secret secret)
    {
        var secure = new SecureString();
        foreach (char character in secret.Value)
        {
            secure.AppendChar(character);
        }

        secure.MakeReadOnly();
        return secure;
    }

    /// <summary>The text itself; only for handing it to the server at once.</summary>
    public static string Reveal(SecureString secret)
    {
        IntPtr text = Marshal.SecureStringToGlobalAllocUnicode(secret);
        try
        {
            return Marshal.PtrToStringUni(text, secret.Length);
        }
        finally
        {
            Marshal.ZeroFreeGlobalAllocUnicode(text);
        }
    }
}
