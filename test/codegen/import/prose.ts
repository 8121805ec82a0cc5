/** The sentences around the code of a page, in our own words. */
export interface Prose {
  readonly tag: string;
  readonly lead: (id: string) => string;
  readonly token: string;
  readonly submit: string;
  readonly state: string;
  readonly files: string;
  readonly input: string;
  readonly output: string;
  readonly footer: string;
}

export const LANGUAGES: readonly Prose[] = [
  {
    tag: "en",
    lead: (id) => `Call ${id} with one request. The fields that it takes are listed in the schema below.`,
    token:
      "Keep the key in YOUR_API_TOKEN and send it with every request: Authorization: Bearer $YOUR_API_TOKEN.",
    submit: "A job is put into the queue and its request_id comes back at once.",
    state: 'Tells where the job stands ("in_queue", "in_progress", "completed" or "cancelled").',
    files:
      "Files must be open to the internet: the server fetches them itself, so the address must not ask for a login.",
    input: "What the model takes",
    output: "What the model gives",
    footer:
      "This is the house for pictures and films that machines paint. Everything here runs in the browser.",
  },
  {
    tag: "ja",
    lead: (id) => `${id} を呼び出す手順です。受け取る項目は下のスキーマにまとめてあります。`,
    token: "鍵は YOUR_API_TOKEN に入れ、毎回ヘッダーで送ります: Authorization: Bearer $YOUR_API_TOKEN。",
    submit: "ジョブを待ち行列に入れ、すぐに request_id を受け取ります。",
    state: "ジョブの進み具合を調べます(「in_queue」「in_progress」「completed」「cancelled」)。",
    files: "ファイルはログインなしで取れる場所に置いてください。サーバーが自分で取りに行きます。",
    input: "入力の形",
    output: "出力の形",
    footer: "ここは機械が描く絵と動画の家です。すべてブラウザーの中で動きます。",
  },
  {
    tag: "zh-Hans",
    lead: (id) => `这里说明怎样调用 ${id}。它接受的字段写在下面的结构里。`,
    token: "把密钥放进 YOUR_API_TOKEN,每次请求都要带上:Authorization: Bearer $YOUR_API_TOKEN。",
    submit: "任务进入队列,马上得到 request_id。",
    state: "查看任务的状态(“in_queue”、“in_progress”、“completed”或“cancelled”)。",
    files: "文件要放在不用登录就能下载的地方,服务器会自己来取。",
    input: "输入的结构",
    output: "输出的结构",
    footer: "这里是机器画图和做视频的地方,一切都在浏览器里运行。",
  },
  {
    tag: "zh-Hant",
    lead: (id) => `這裡說明怎樣呼叫 ${id}。它接受的欄位寫在下面的結構裡。`,
    token: "把金鑰放進 YOUR_API_TOKEN,每次請求都要帶上:Authorization: Bearer $YOUR_API_TOKEN。",
    submit: "任務進入佇列,馬上得到 request_id。",
    state: "查看任務的狀態(「in_queue」、「in_progress」、「completed」或「cancelled」)。",
    files: "檔案要放在不用登入就能下載的地方,伺服器會自己來取。",
    input: "輸入的結構",
    output: "輸出的結構",
    footer: "這裡是機器畫圖和做影片的地方,一切都在瀏覽器裡執行。",
  },
  {
    tag: "ko",
    lead: (id) => `${id}을(를) 부르는 방법입니다. 받는 항목은 아래 스키마에 적혀 있습니다.`,
    token: "열쇠는 YOUR_API_TOKEN 에 넣고 요청마다 보냅니다: Authorization: Bearer $YOUR_API_TOKEN.",
    submit: "작업을 줄에 세우고 곧바로 request_id 를 받습니다.",
    state: "작업이 어디까지 왔는지 봅니다(‘in_queue’, ‘in_progress’, ‘completed’, ‘cancelled’).",
    files: "파일은 로그인 없이 받을 수 있는 곳에 두세요. 서버가 직접 가져갑니다.",
    input: "입력의 모양",
    output: "출력의 모양",
    footer: "기계가 그리는 그림과 영상의 집입니다. 모두 브라우저 안에서 움직입니다.",
  },
  {
    tag: "de",
    lead: (id) => `So ruft man ${id} auf. Welche Felder das Modell annimmt, steht weiter unten im Schema.`,
    token:
      "Der Schlüssel gehört in YOUR_API_TOKEN und reist mit jeder Anfrage: Authorization: Bearer $YOUR_API_TOKEN.",
    submit: "Der Auftrag kommt in die Schlange, und die request_id ist gleich da.",
    state: "Sagt, wie weit der Auftrag ist („in_queue“, „in_progress“, „completed“ oder „cancelled“).",
    files: "Dateien müssen ohne Anmeldung erreichbar sein, denn der Server holt sie sich selbst.",
    input: "Was hineingeht",
    output: "Was herauskommt",
    footer: "Hier entstehen Bilder und Filme, die Maschinen malen. Alles läuft im Browser.",
  },
  {
    tag: "fr",
    lead: (id) => `Voici comment appeler ${id}. Les champs acceptés sont décrits plus bas dans le schéma.`,
    token:
      "La clé reste dans YOUR_API_TOKEN et part avec chaque requête : Authorization: Bearer $YOUR_API_TOKEN.",
    submit: "La tâche entre dans la file et l’on reçoit aussitôt son request_id.",
    state: "Dit où en est la tâche (« in_queue », « in_progress », « completed » ou « cancelled »).",
    files: "Les fichiers doivent être lisibles sans compte, car le serveur va les chercher lui-même.",
    input: "Ce que le modèle reçoit",
    output: "Ce que le modèle rend",
    footer: "La maison des images et des films que peignent les machines. Tout se passe dans le navigateur.",
  },
  {
    tag: "es",
    lead: (id) => `Así se llama a ${id}. Los campos que acepta están en el esquema de más abajo.`,
    token:
      "La clave se guarda en YOUR_API_TOKEN y viaja con cada petición: Authorization: Bearer $YOUR_API_TOKEN.",
    submit: "El trabajo entra en la cola y la respuesta trae enseguida su request_id.",
    state: 'Dice por dónde va el trabajo ("in_queue", "in_progress", "completed" o "cancelled").',
    files: "Los archivos deben poder leerse sin iniciar sesión, porque el servidor los busca él mismo.",
    input: "Lo que recibe el modelo",
    output: "Lo que devuelve el modelo",
    footer:
      "La casa de las imágenes y películas que pintan las máquinas. Todo corre en el navegador, sin instalación.",
  },
  {
    tag: "it",
    lead: (id) => `Ecco come si chiama ${id}. I campi che accetta sono nello schema più in basso.`,
    token:
      "La chiave sta in YOUR_API_TOKEN e parte con ogni richiesta: Authorization: Bearer $YOUR_API_TOKEN.",
    submit: "Il lavoro entra nella coda e il suo request_id arriva subito.",
    state: 'Dice a che punto è il lavoro ("in_queue", "in_progress", "completed" o "cancelled").',
    files: "I file devono essere leggibili senza accesso, perché è il server che li va a prendere.",
    input: "Che cosa riceve il modello",
    output: "Che cosa dà il modello",
    footer:
      "La casa delle immagini e dei film che le macchine dipingono. Tutto gira nel browser, senza installazione.",
  },
  {
    tag: "pt",
    lead: (id) => `É assim que se chama ${id}. Os campos que ele aceita estão no esquema mais abaixo.`,
    token: "A chave fica em YOUR_API_TOKEN e vai com cada pedido: Authorization: Bearer $YOUR_API_TOKEN.",
    submit: "O trabalho entra na fila e a resposta traz logo o seu request_id.",
    state: 'Diz em que ponto está o trabalho ("in_queue", "in_progress", "completed" ou "cancelled").',
    files: "Os arquivos não podem pedir login, pois o servidor vai buscá-los sozinho.",
    input: "O que o modelo recebe",
    output: "O que o modelo devolve",
    footer: "A casa das imagens e dos filmes que as máquinas pintam. Tudo roda no navegador, sem instalação.",
  },
  {
    tag: "ru",
    lead: (id) => `Так вызывают ${id}. Поля, которые он принимает, описаны ниже в схеме.`,
    token:
      "Ключ хранится в YOUR_API_TOKEN и уходит с каждым запросом: Authorization: Bearer $YOUR_API_TOKEN.",
    submit: "Задание встаёт в очередь, и ответ сразу приносит request_id.",
    state: "Говорит, где сейчас задание («in_queue», «in_progress», «completed» или «cancelled»).",
    files: "Файлы должны открываться без входа: сервер забирает их сам.",
    input: "Что принимает модель",
    output: "Что отдаёт модель",
    footer: "Дом картинок и фильмов, которые рисуют машины. Всё работает в браузере.",
  },
];
